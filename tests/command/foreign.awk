# foreign.awk -v language=id|en [-v typed=FILE] SCREENS: prints each line of SCREENS that has a word of the other language
# than LANGUAGE: function words, which hardly a sentence goes without, and the words for states. What people typed (the
# lines of FILE), quoted text, commands, options, paths and other programs' words are not looked at.
# Exit status: 1 where there is one.
BEGIN {
  english = "the of is are was were be been being has have had not and or with without for from by to this that these " \
    "those its it on as if than then when which who what how does did may must can cannot could will would should there " \
    "all any each every other another only also still already yet again before after since until because but " \
    "nothing nobody none no-one they them their his her our your into over under between during while both such more " \
    "most less critical warning failed failing missing refused done approved rejected recovered"
  indonesian = "yang dan atau dari untuk dengan tanpa tidak belum oleh pada ini itu di ke sudah adalah akan sejak telah " \
    "sampai hingga karena agar bila jika seperti dalam antara setiap semua hanya juga masih lagi bukan dapat boleh harus " \
    "seorang sebuah tetapi ketika setelah sebelum kritis peringatan gagal selesai disetujui ditolak pulih"
  count = split(language == "id" ? english : indonesian, list, " ")
  for (i = 1; i <= count; ++i) is_foreign[list[i]] = 1
  while (typed != "" && (getline line < typed) > 0) if (line != "") own[line] = 1
}
# without TEXT PART: TEXT without each PART.
function without(text, part,    at) {
  while ((at = index(text, part)) > 0) text = substr(text, 1, at - 1) " " substr(text, at + length(part))
  return text
}
{
  text = $0
  for (part in own) text = without(text, part)
  sub(/(not YAML|bukan YAML): .*/, "", text)             # yaml-cpp says why
  sub(/(nama yang dikenal|known names): .*/, "", text)   # keys
  gsub(/'[^']*'/, " ", text)
  gsub(/"[^"]*"/, " ", text)
  gsub(/(^|[ (])jaga [a-z].*/, " ", text)                # a command to the end of the line
  gsub(/ssh-keygen .*/, " ", text)
  gsub(/[^ ]*[\/@_=][^ ]*/, " ", text)                   # paths, addresses, names of keys, settings
  gsub(/(^|[ ([])--?[a-z][a-z-]*/, " ", text)
  gsub(/[^ ]*[0-9][^ ]*/, " ", text)
  count = split(tolower(text), word, /[^a-z-]+/)
  for (i = 1; i <= count; ++i)
    if (word[i] in is_foreign) {
      printf "%s: %s\n", word[i], $0
      found = 1
      next
    }
}
END { exit found }
