/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnPolkitAnswer:
 * @FIRN_POLKIT_ABSENT: firn was built without polkit, or polkit does not run or cannot answer
 * @FIRN_POLKIT_NO: denied
 * @FIRN_POLKIT_CHALLENGE: allowed after the user has entered a password
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
 * polkit. Only this file uses polkit's library, and handles a build without it.
 */
typedef struct _FirnPolkit FirnPolkit;

/**
 * firn_polkit_new:
 *
 * Returns: (transfer full): polkit, not connected yet
 */
FirnPolkit *firn_polkit_new(void);

void firn_polkit_free(FirnPolkit *self);

/**
 * firn_polkit_is_there:
 *
 * Returns: %TRUE if polkit currently has its name on the bus
 */
gboolean firn_polkit_is_there(FirnPolkit *self);

/**
 * firn_polkit_check_async:
 * @self: polkit; must outlive the call
 * @sender: unique name of the caller on the system bus
 * @action: full name of an action
 * @details: (element-type utf8 utf8): details for polkit's rules
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
 * @result: as given to the callback
 *
 * Returns: the answer; @error is set with %FIRN_POLKIT_ABSENT
 */
FirnPolkitAnswer firn_polkit_check_finish(GAsyncResult *result, GError **error);
