// ThreadSanitizer reads this list from any program that links it. Mesa is not instrumented, so that llvmpipe's own
// threads look like races with each other; races in our code have no frame in its module.

extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() { return "race:swrast_dri.so\n"; }
