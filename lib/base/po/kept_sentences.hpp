// Sentences of earlier versions that are in rounds and records: nothing makes them any more, the catalogue keeps
// their translations. No source includes this file; tests/lint/catalogue reads it.
//
//   sentence("the words as they were: {name}")
#pragma once
