/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnPolkitAnswer:
 * @FIRN_POLKIT_ABSENT: polkit is not built in, does not run, or cannot answer
 * @FIRN_POLKIT_NO: forbidden
 * @FIRN_POLKIT_CHALLENGE: it would be allowed after a password
 * @FIRN_POLKIT_YES: allowed
 */
typedef enum {
    FIRN_POLKIT_ABSENT,
    FIRN_POLKIT_NO,
    FIRN_POLKIT_CHALLENGE,
    FIRN_POLKIT_YES,
} FirnPolkitAnswer;

/**
 * FirnPolkit:
 *
 * The only file that knows polkit's library, and that firn may be built without it.
 */
typedef struct _FirnPolkit FirnPolkit;

/**
 * firn_polkit_new:
 *
 * Returns: (transfer full): polkit, being looked for
 */
FirnPolkit *firn_polkit_new(void);

/**
 * firn_polkit_free:
 * @self: polkit
 */
void firn_polkit_free(FirnPolkit *self);

/**
 * firn_polkit_is_there:
 * @self: polkit
 *
 * Returns: %TRUE if polkit has a name on the bus at this moment
 */
gboolean firn_polkit_is_there(FirnPolkit *self);

/**
 * firn_polkit_check_async:
 * @self: polkit; must outlive the call
 * @sender: unique name of the caller on the system bus
 * @action: full name of an action
 * @details: (element-type utf8 utf8): what polkit's rules may look at
 * @may_ask: whether polkit may ask the user for a password
 * @callback: (scope async): called on the main loop
 * @user_data: for @callback
 */
void firn_polkit_check_async(FirnPolkit *self,
                             const char *sender,
                             const char *action,
                             GHashTable *details,
                             gboolean may_ask,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * firn_polkit_check_finish:
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Returns: the answer; @error is set with %FIRN_POLKIT_ABSENT
 */
FirnPolkitAnswer firn_polkit_check_finish(GAsyncResult *result, GError **error);
