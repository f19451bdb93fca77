(function () {
  var age = document.getElementById("age");
  if (!age) return;
  var measured = Number(age.dataset.measured), expected = Number(age.dataset.expected);
  function show() {
    var now = Date.now(), minutes = Math.max(0, Math.floor((now - measured) / 60000));
    var text = minutes < 120 ? minutes + " " + age.dataset.minutes : Math.floor(minutes / 60) + " " + age.dataset.hours;
    // Twice the interval, and a minute for the round itself.
    var old = expected > 0 && now > expected + (expected - measured) + 60000;
    age.textContent = text + (old ? " \u2013 " + age.dataset.old : "");
    age.className = old ? "old" : "";
  }
  show();
  setInterval(show, 15000);
})();
