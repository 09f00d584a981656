/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "state-dir.h"
#include "vm-source.h"

/**
 * firn_run_note_sweep_watch:
 * @source: not started; shows all VMs that are defined, or of which only snapshots are left
 * @notes: where the notes of their runs are
 * @documents: where their catalogues are; each file there has the name of the note
 *
 * Once @source is complete, removes the notes of VMs that it has never shown and that have no
 * catalogue. Only those from before this host was booted: who defines such a VM again is told
 * "unknown" of how it has ended, while of a run since then the note may be all that tells new
 * images from those that a crash has left. Nothing is removed if a definition cannot be read. Main
 * loop only; the files are removed in another thread.
 */
void firn_run_note_sweep_watch(FirnVmSource *source, FirnStateDir *notes, FirnStateDir *documents);
