/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTestProxy:
 *
 * A proxy between firn and the socket of a real monitor or agent, in a thread of its own: forwards
 * lines in both directions, with the descriptors that they carry, one client at a time. Hooks let a
 * test act between a request and its effect, or between a reply and its arrival.
 *
 * When one side closes its connection, the proxy closes the other. While no process listens on the
 * real socket, the proxy does not listen, either.
 */
typedef struct FirnTestProxy FirnTestProxy;

/**
 * FirnTestVerdict:
 * @FIRN_TEST_VERDICT_FORWARD: the line is forwarded
 * @FIRN_TEST_VERDICT_DROP: the line is lost
 * @FIRN_TEST_VERDICT_FAIL: a request is lost, and gets an error of class GenericError
 * @FIRN_TEST_VERDICT_HANG_UP: the line is lost, and both connections close
 *
 * What happens to a line.
 */
typedef enum {
    FIRN_TEST_VERDICT_FORWARD,
    FIRN_TEST_VERDICT_DROP,
    FIRN_TEST_VERDICT_FAIL,
    FIRN_TEST_VERDICT_HANG_UP,
} FirnTestVerdict;

/**
 * FirnTestProxyHook:
 * @line: the line, without its end
 * @data: user data
 *
 * Runs in the proxy's thread, which forwards nothing meanwhile; may take any time. Must not use a
 * guest's functions while the test's own thread does.
 *
 * Returns: what happens to the line
 */
typedef FirnTestVerdict (*FirnTestProxyHook)(const char *line, gpointer data);

/**
 * firn_test_proxy_new:
 * @path: (nullable): of its own socket; %NULL: one in a folder of its own
 * @upstream: path of the real socket; connected again for each client
 *
 * Returns: (transfer full): a proxy that already listens
 */
FirnTestProxy *firn_test_proxy_new(const char *path, const char *upstream);

/**
 * firn_test_proxy_get_path:
 *
 * Returns: (transfer none): path of its own socket
 */
const char *firn_test_proxy_get_path(FirnTestProxy *proxy);

/**
 * firn_test_proxy_on_request:
 * @match: part of a line from the client
 * @times: how many such lines to hold; 0: all
 * @hook: called for each
 * @data: for @hook
 *
 * A line goes to the first hook that matches and has uses left.
 */
void firn_test_proxy_on_request(FirnTestProxy *proxy,
                                const char *match,
                                guint times,
                                FirnTestProxyHook hook,
                                gpointer data);

/**
 * firn_test_proxy_on_reply:
 * @match: part of a line from the real socket
 * @times: how many such lines to hold; 0: all
 * @hook: called for each
 * @data: for @hook
 *
 * As firn_test_proxy_on_request(), for the other direction.
 */
void firn_test_proxy_on_reply(FirnTestProxy *proxy,
                              const char *match,
                              guint times,
                              FirnTestProxyHook hook,
                              gpointer data);

/**
 * firn_test_proxy_count:
 * @match: part of a line from the client
 *
 * Returns: how many such lines were received so far
 */
guint firn_test_proxy_count(FirnTestProxy *proxy, const char *match);

/**
 * firn_test_proxy_wait_count:
 * @match: part of a line from the client
 * @count: how many
 * @deadline_ms: how long to wait
 *
 * Returns: %TRUE if @count such lines or more were received
 */
gboolean firn_test_proxy_wait_count(FirnTestProxy *proxy,
                                    const char *match,
                                    guint count,
                                    guint deadline_ms);

/**
 * firn_test_proxy_free:
 * @proxy: (nullable): a proxy; its thread ends after a running hook, its socket is removed
 */
void firn_test_proxy_free(FirnTestProxy *proxy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestProxy, firn_test_proxy_free)
