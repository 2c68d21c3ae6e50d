using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano;

// What the store keeps of a run.
public sealed partial class MemoryCheckpointStore
{
    /// <summary>The rows of one run.</summary>
    private sealed class Rows(string id) : IKeptRun
    {
        private StartOfRun _start;
        private long _updateTicks;

        // Room for a run of usual length: a list that grows is copied.
        public List<CheckpointRow> Kept { get; } = new(12);

        public long NextSequence { get; private set; }

        /// <summary>The newest fence claimed or used.</summary>
        public long Fence { get; set; } = AppendRule.FirstFence;

        public RunStanding Progress { get; set; } = RunStanding.None;

        public bool IsListed => Kept.Count > 0;

        string IListedRun.RunId => id;

        RunStatus IListedRun.Status => RunSummary.StatusOf(Kept[^1].Status, Progress);

        string? IListedRun.WorkflowName => _start.WorkflowName;

        uint IListedRun.WorkflowVersion => Kept[^1].WorkflowVersion;

        string? IListedRun.State => Kept[^1].State;

        long IListedRun.StartTicks => _start.Ticks;

        string? IListedRun.ParentRunId => _start.ParentRunId;

        RunTags IListedRun.Tags => _start.Tags;

        /// <summary>What the newest row says that the run is; null without one.</summary>
        public RowStatus? Status => Kept is [.., var last] ? last.Status : null;

        /// <summary>Null as long as nothing was sent.</summary>
        public KeptInbox? Inbox { get; private set; }

        /// <summary>False when there is nothing to keep.</summary>
        public bool Accept(InboxItem item, TimeProvider clock)
        {
            var newest = Kept[^1];
            if (InboxTaking.IsMoot(item.Kind, newest.Status, newest.Category))
                return false;
            if (!(Inbox ??= new()).Add(item, clock.GetUtcNow().ToUniversalTime()))
                return false;
            if (item.Kind == InboxKind.Cancel)
                Progress = Progress.CancelAccepted();
            return true;
        }

        public void Add(CheckpointRow row, long fence, TimeProvider clock)
        {
            if (row.Kind == RowKind.Snapshot)
                Kept.Clear();
            Kept.Add(row);
            Inbox?.Take(row);
            NextSequence = row.Sequence + 1;
            Fence = fence;
            var writtenAt = row.WrittenAt ?? clock.GetUtcNow();
            _updateTicks = writtenAt.UtcTicks;
            if (row.Sequence == 0)
                _start = new(row, writtenAt);
            Progress = Progress.After(
                row.Kind,
                row.Visit,
                RowStatuses.IsEnd(row.Status) ? writtenAt.UtcTicks : 0
            );
        }

        public RunSummary Summary() => RunSummary.Of(id, in _start, Kept[^1], Progress, _updateTicks);
    }
}
