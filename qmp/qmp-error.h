/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnQmpError:
 * @FIRN_QMP_ERROR_CLOSED: the peer is gone or cannot be reached; nothing more will come
 * @FIRN_QMP_ERROR_DEADLINE: no reply in time; the command may still take effect
 * @FIRN_QMP_ERROR_MALFORMED: what arrived breaks the protocol or its limits; the connection was
 * closed
 * @FIRN_QMP_ERROR_REFUSED: the peer replied with an error; nothing happened
 * @FIRN_QMP_ERROR_NO_COMMAND: the peer does not know the command
 * @FIRN_QMP_ERROR_BUSY: another client holds the socket
 * @FIRN_QMP_ERROR_UNTRUSTED: the socket belongs to a user that firn does not expect there, or
 *   firn may not use it
 * @FIRN_QMP_ERROR_BLOCKED: the peer knows the command but refuses it to every client: it is
 * disabled in its configuration, or an agent is frozen
 * @FIRN_QMP_ERROR_NO_PEER: the VM has no such peer
 *
 * What can fail between firn and QEMU or a guest agent.
 */
typedef enum {
    FIRN_QMP_ERROR_CLOSED,
    FIRN_QMP_ERROR_DEADLINE,
    FIRN_QMP_ERROR_MALFORMED,
    FIRN_QMP_ERROR_REFUSED,
    FIRN_QMP_ERROR_NO_COMMAND,
    FIRN_QMP_ERROR_BUSY,
    FIRN_QMP_ERROR_UNTRUSTED,
    FIRN_QMP_ERROR_BLOCKED,
    FIRN_QMP_ERROR_NO_PEER,
} FirnQmpError;

#define FIRN_QMP_ERROR (firn_qmp_error_quark())
GQuark firn_qmp_error_quark(void);

/**
 * firn_qmp_error_is_unavailable:
 * @error: (nullable): the error of a call
 *
 * Returns: whether the peer does not offer the command at all; it was not carried out then
 */
gboolean firn_qmp_error_is_unavailable(const GError *error);
