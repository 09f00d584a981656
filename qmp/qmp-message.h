/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "json-guard.h"

/**
 * FirnQmpMessageKind:
 * @FIRN_QMP_MESSAGE_GREETING: what a monitor says first
 * @FIRN_QMP_MESSAGE_RETURN: a command's success
 * @FIRN_QMP_MESSAGE_ERROR: a command's failure
 * @FIRN_QMP_MESSAGE_EVENT: said unasked
 */
typedef enum {
    FIRN_QMP_MESSAGE_GREETING,
    FIRN_QMP_MESSAGE_RETURN,
    FIRN_QMP_MESSAGE_ERROR,
    FIRN_QMP_MESSAGE_EVENT,
} FirnQmpMessageKind;

/**
 * FirnQmpMessage:
 * @kind: what it is
 * @id: number of the command it answers; 0 if it names none
 * @value: (nullable): the greeting, the return value, or the event's data
 * @name: (nullable): the event's name or the error's class
 * @text: (nullable): the error's description
 *
 * One message of a monitor or an agent.
 * Source: QEMU docs/interop/qmp-spec.
 */
typedef struct {
    FirnQmpMessageKind kind;
    gint64 id;
    JsonNode *value; /* (owned) (nullable) */
    char *name;      /* (owned) (nullable) */
    char *text;      /* (owned) (nullable) */
} FirnQmpMessage;

/**
 * firn_qmp_message_parse:
 * @line: one line
 * @limits: how much is allowed
 * @error: return location for a #GError
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): the message; %NULL with @error set
 */
FirnQmpMessage *firn_qmp_message_parse(GBytes *line, const FirnJsonLimits *limits, GError **error);

/**
 * firn_qmp_message_free:
 * @self: (nullable): a message
 */
void firn_qmp_message_free(FirnQmpMessage *self);

/**
 * firn_qmp_message_to_error:
 * @self: a message of kind ERROR
 * @command: the command that failed
 *
 * Returns: (transfer full): %FIRN_QMP_ERROR_NO_COMMAND, %FIRN_QMP_ERROR_BLOCKED or
 * %FIRN_QMP_ERROR_REFUSED with the peer's
 * own text
 */
GError *firn_qmp_message_to_error(const FirnQmpMessage *self, const char *command);

/**
 * firn_qmp_message_build:
 * @command: name of a command
 * @arguments: (nullable): its arguments
 * @id: number to be repeated in the answer; 0 for none
 *
 * Returns: (transfer full): the bytes to be sent, with a line end
 */
GBytes *firn_qmp_message_build(const char *command, JsonObject *arguments, gint64 id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQmpMessage, firn_qmp_message_free)
