// citybuild: makes city files, and looks into them.
#include "services/citybuild/command_line.h"

int main(int argc, char** argv) { return dispatch135::citybuild::run(argc, argv); }
