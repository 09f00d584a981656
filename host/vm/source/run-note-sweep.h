/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "state-dir.h"
#include "vm-source.h"

/**
 * firn_run_note_sweep_watch:
 * @source: not started; provides all VMs, defined and orphaned
 * @notes: folder of the notes
 * @documents: folder of the catalogues; a catalogue has the same file name as the VM's note
 *
 * When @source is complete, removes the notes of VMs that it does not have and that have no
 * catalogue. Removes only notes from before the last boot of this host: if such a VM is defined
 * again, its last end is "unknown"; a note since the boot may be the only way to tell new images
 * from those of a crashed run. Removes nothing if a definition cannot be read. Main loop only; the
 * files are removed in another thread.
 */
void firn_run_note_sweep_watch(FirnVmSource *source, FirnStateDir *notes, FirnStateDir *documents);
