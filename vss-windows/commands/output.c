/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output.h"

#include "vss-code.h"

#include <stdio.h>
#include <stdlib.h>

void
firn_output_open(FirnJsonText *json)
{
    firn_json_text_open(json, NULL, '{');
    firn_json_text_add_number(json, "version", FIRN_OUTPUT_VERSION);
}

int
firn_output_print(FirnJsonText *json)
{
    char *text;
    int status;

    firn_json_text_close(json, '}');
    text = firn_json_text_finish(json);
    status = text != NULL && printf("%s\n", text) > 0 && fflush(stdout) == 0 ? 0 : 1;
    free(text);
    return status;
}

void
firn_output_add_code(FirnJsonText *json, const char *key, uint32_t code)
{
    char name[64];

    snprintf(name, sizeof name, "%s_name", key);
    firn_json_text_add_number(json, key, code);
    firn_json_text_add_string(json, name, firn_vss_code_name(code));
}
