# FIDO tokens for tests, see README.md here. Loaded by command/ and lab/; JAGA names the built program.

# tokens DIR: OpenSSH's programs look for tokens there, by the library beside the built program.
tokens() {
  export SSH_SK_PROVIDER=${JAGA%/cmd/jaga}/tests/fido/jaga-test-token.so TOKENS=$1
  [ -f "$SSH_SK_PROVIDER" ] || { echo "build jaga-test-token, or name the built program as JAGA" >&2; return 1; }
  mkdir -p "$TOKENS"
}

# token_key NAME FILE [ARGUMENT...]: makes a key on the token NAME, which is made where there is none.
token_key() {
  mkdir -p "$TOKENS/$1"
  JAGA_TEST_TOKEN=$TOKENS/$1 ssh-keygen -q -t ed25519-sk -N '' -C "$1" -f "$2" "${@:3}" >/dev/null
}

# mood NAME [MOOD]: how the token is from now on; none: it signs.
mood() {
  echo "${2-}" >"$TOKENS/$1/mood.new"
  mv "$TOKENS/$1/mood.new" "$TOKENS/$1/mood"
}

# touches NAME: how many signatures it gave.
touches() { grep -c '^sign ' "$TOKENS/$1/log" || true; }

# blinks NAME: waits until it waits for a touch.
blinks() {
  local n
  for ((n = 0; n < 600; n++)); do
    if grep -q '^blinks ' "$TOKENS/$1/log" 2>/dev/null; then return; fi
    sleep 0.05
  done
  echo "nobody asked for a touch of $1" >&2
  return 1
}
