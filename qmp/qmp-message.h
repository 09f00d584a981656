/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "json-guard.h"

/**
 * FirnQmpMessageKind:
 * @FIRN_QMP_MESSAGE_GREETING: the first message of a monitor
 * @FIRN_QMP_MESSAGE_RETURN: the success of a command
 * @FIRN_QMP_MESSAGE_ERROR: the failure of a command
 * @FIRN_QMP_MESSAGE_EVENT: an event
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
 * @id: number of the command that it answers; 0 if it has none
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
 * @limits: the limits to apply
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): the message; %NULL with @error set
 */
FirnQmpMessage *firn_qmp_message_parse(GBytes *line, const FirnJsonLimits *limits, GError **error);

void firn_qmp_message_free(FirnQmpMessage *self);

/**
 * firn_qmp_message_to_error:
 * @self: a message of kind ERROR
 * @command: the command that failed
 *
 * Returns: (transfer full): %FIRN_QMP_ERROR_NO_COMMAND, %FIRN_QMP_ERROR_BLOCKED or
 * %FIRN_QMP_ERROR_REFUSED, with the peer's description
 */
GError *firn_qmp_message_to_error(const FirnQmpMessage *self, const char *command);

/**
 * firn_qmp_message_build:
 * @command: name of a command
 * @arguments: (nullable): its arguments
 * @id: number that the reply repeats; 0 for none
 *
 * Returns: (transfer full): the bytes to send, with a line end
 */
GBytes *firn_qmp_message_build(const char *command, JsonObject *arguments, gint64 id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQmpMessage, firn_qmp_message_free)
