using Cano.Reliability.Planted.Bugs;

namespace Cano.Reliability.Planted;

/// <summary>Every planted bug: the mistakes that a workflow engine must not make.</summary>
internal static class PlantedBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        .. DecisionBugs.All,
        .. RollbackBugs.All,
        .. StoppingBugs.All,
        .. JournalBugs.All,
        .. IndexBugs.All,
        .. BytesBugs.All,
        .. DiskBugs.All,
        .. OwnershipBugs.All,
        .. TimeBugs.All,
        .. GuestBugs.All,
        .. SignalBugs.All,
        .. ChildrenBugs.All,
        .. BranchBugs.All,
        .. DeferringBugs.All,
        .. CarryingBugs.All,
        .. ClusterBugs.All,
    ];
}
