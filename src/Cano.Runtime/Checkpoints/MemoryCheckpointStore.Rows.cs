using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano;

// What the store keeps of a run.
public sealed partial class MemoryCheckpointStore
{
    /// <summary>The rows of one run.</summary>
    private sealed class Rows(string id, NodeRegistry nodes) : IKeptRun
    {
        private StartOfRun _start;
        private bool _isRung;
        private long _updateTicks;

        // Room for a run of usual length: a list that grows is copied.
        public List<CheckpointRow> Kept { get; } = new(12);

        public long NextSequence { get; private set; }

        /// <summary>The newest fence claimed or used.</summary>
        public long Fence { get; private set; } = AppendRule.FirstFence;

        public RunStanding Progress { get; private set; } = RunStanding.None;

        public string Id => id;

        /// <summary>The name of its workflow; empty when that has none.</summary>
        public string Workflow => _start.WorkflowName ?? "";

        public WorkflowKey Key => new(Workflow, Kept[^1].WorkflowVersion);

        /// <summary>The node whose run it is; null when it is nobody's.</summary>
        public NodeLease? Owner { get; set; }

        /// <summary>When it is to be woken, in UTC ticks, 0 for at once; null: it is not parked.</summary>
        public long? DueTicks { get; set; }

        /// <summary>When it would be if it were parked now.</summary>
        public long DueIfParked => _isRung ? 0 : Kept[^1].WakesAt?.UtcTicks ?? long.MaxValue;

        public bool HasDeadOwner => Owner is { } owner && !nodes.Lives(owner);

        public bool IsListed => Kept.Count > 0;

        string IListedRun.RunId => id;

        public bool HasEnded => IsListed && RowStatuses.IsEnd(Kept[^1].Status);

        RunStatus IListedRun.Status => RunSummary.StatusOf(Kept[^1].Status, Standing);

        // Whose node is dead nobody works on.
        private RunStanding Standing => HasDeadOwner ? Progress with { IsWorkedOn = false } : Progress;

        string? IListedRun.WorkflowName => _start.WorkflowName;

        uint IListedRun.WorkflowVersion => Kept[^1].WorkflowVersion;

        string? IListedRun.State => Kept[^1].State;

        long IListedRun.StartTicks => _start.Ticks;

        public string? ParentRunId => _start.ParentRunId;

        RunTags IListedRun.Tags => _start.Tags;

        /// <summary>What the newest row says that the run is; null without one.</summary>
        public RowStatus? Status => Kept is [.., var last] ? last.Status : null;

        /// <summary>Null as long as nothing was sent.</summary>
        public KeptInbox? Inbox { get; private set; }

        public bool IsToBeHad(NodeLease by, ClaimIf rule) =>
            rule switch
            {
                ClaimIf.Free => Owner is null || Owner == by || HasDeadOwner,
                ClaimIf.Orphaned => HasDeadOwner,
                _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "There is no such rule."),
            };

        /// <summary>A claim is a try where a node died, and where there are none.</summary>
        public void Claim(long fence, NodeLease? lease)
        {
            var isTry = lease is null || (HasDeadOwner && Progress.IsWorkedOn);
            Progress = isTry ? Progress.Claimed() : Progress.TakenOver();
            (Fence, Owner) = (fence, lease);
        }

        /// <summary>Something came that it may wait for: whoever claims it when it is due looks.</summary>
        public void Ring() => _isRung = true;

        /// <summary>Whoever has claimed it looks at everything that came.</summary>
        public void Look() => _isRung = false;

        public void Rest() => Progress = Progress.Released();

        public void Release()
        {
            Rest();
            Owner = null;
        }

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

        /// <summary>The inbox is as another store had it.</summary>
        public void Restore(MovedRun run) => Inbox = KeptInbox.Of(run);

        public void Add(CheckpointRow row, long fence, TimeProvider clock)
        {
            var isFirst = !IsListed;
            if (row.Kind == RowKind.Snapshot)
                Kept.Clear();
            Kept.Add(row);
            Inbox?.Take(row);
            NextSequence = row.Sequence + 1;
            Fence = fence;
            var writtenAt = row.WrittenAt ?? clock.GetUtcNow();
            _updateTicks = writtenAt.UtcTicks;
            if (isFirst)
                _start = new(row, writtenAt);
            Progress = Progress.After(
                row.Kind,
                row.Visit,
                RowStatuses.IsEnd(row.Status) ? writtenAt.UtcTicks : 0
            );
            if (HasEnded)
                Owner = null;
        }

        public RunSummary Summary()
        {
            var summary = RunSummary.Of(id, in _start, Kept[^1], Standing, _updateTicks);
            return DueTicks > 0 ? summary with { IsParked = true } : summary;
        }
    }
}
