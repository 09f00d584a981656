/* Caught by spdx as qmp/bad.c */
#include <glib.h>
