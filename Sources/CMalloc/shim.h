#pragma once
// What the C library's memory can do beside giving and taking.
#include <malloc.h>
