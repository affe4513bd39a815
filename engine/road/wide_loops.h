// One more copy of a function for processors that deal with eight numbers at once, chosen when the program starts.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define D135_WIDE_LOOPS __attribute__((target_clones("avx2", "default")))
#else
#define D135_WIDE_LOOPS
#endif
