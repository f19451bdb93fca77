#pragma once

#ifndef JAGA_VERSION
#error "the build defines JAGA_VERSION"
#endif
