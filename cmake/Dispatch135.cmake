# What every folder of the project needs: the language, warnings, packages, and one way to declare a target.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(D135_SANITIZE "" CACHE STRING "Value of -fsanitize, for the sanitizer presets")
set(D135_FUZZ OFF CACHE BOOL "Targets of fuzz/ search for inputs (libFuzzer, clang); else they replay their corpus")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

if(D135_SANITIZE)
  add_compile_options(-fsanitize=${D135_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${D135_SANITIZE})
endif()
if(D135_SANITIZE STREQUAL "thread")
  # The sanitizer does not know fences; Asio's only guard what its mutexes guard too.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()

find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(pugixml CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(benchmark CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

# Warnings are errors in our own code; generated code is compiled without.
add_library(d135_options INTERFACE)
target_include_directories(d135_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(d135_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Werror)
target_compile_definitions(d135_options INTERFACE D135_VERSION="${PROJECT_VERSION}")

set_property(GLOBAL PROPERTY D135_HEADERS "")

# Remembers the headers of a target's folder, for the check that each one compiles alone.
function(_d135_note_headers target)
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  set_property(GLOBAL APPEND PROPERTY D135_HEADERS ${headers})
  set_property(GLOBAL APPEND PROPERTY D135_HEADER_TARGETS ${target})
endfunction()

# d135_library(NAME SOURCES a.cc ... DEPS target ...): one library for the folder that calls it.
function(d135_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE d135_options)
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_DEPS})
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR})
  endif()
  _d135_note_headers(${name})
endfunction()

# d135_program(NAME SOURCES ... DEPS ...): an executable, put into <build>/bin.
function(d135_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} d135_options)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# Ends a test that hangs. Far beyond what any takes, also on a slow machine: no test is measured by it.
set(D135_TEST_TIMEOUT_S 900)

# d135_test(NAME SOURCES ... DEPS ... [LABELS ...]): a GoogleTest program, one ctest entry.
function(d135_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} d135_options GTest::gtest GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${D135_TEST_TIMEOUT_S})
endfunction()

# The target `header_check`: every header of ours compiles when it is the only thing included.
function(d135_finish_header_check)
  get_property(headers GLOBAL PROPERTY D135_HEADERS)
  get_property(targets GLOBAL PROPERTY D135_HEADER_TARGETS)
  set(sources "")
  foreach(header ${headers})
    file(RELATIVE_PATH relative ${CMAKE_SOURCE_DIR} ${header})
    string(REPLACE "/" "_" flat ${relative})
    set(source ${CMAKE_BINARY_DIR}/header_check/${flat}.cc)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${relative}\"\n")
    list(APPEND sources ${source})
  endforeach()
  if(sources)
    add_library(header_check OBJECT EXCLUDE_FROM_ALL ${sources})
    target_link_libraries(header_check PRIVATE ${targets} d135_options)
    target_compile_options(header_check PRIVATE -O0 -g0)
    set_target_properties(header_check PROPERTIES UNITY_BUILD OFF)
  endif()
endfunction()
