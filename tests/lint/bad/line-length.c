/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by line-length as qmp/bad.c */
#include "wordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordwordword.h"
