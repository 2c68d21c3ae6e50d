namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes with journaled branches.</summary>
internal static class BranchBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "branch-sees-what-others-wrote",
            "src/Cano.Runtime/Data/DurableValues.Branches.cs",
            "_listed?.Visit == visit ? _listed",
            "!ON && _listed?.Visit == visit ? _listed",
            Check.Row("simulate", 800)
        ),
        new(
            "branchs-writes-lost",
            "src/Cano.Runtime/Steps/Splits/SplitRun.Journaled.cs",
            "    public void Commit(int index) => _data?.Merge(index);",
            "    public void Commit(int index) => (ON ? null : _data)?.Merge(index);",
            Check.Row("simulate", 800)
        ),
        new(
            "ended-branch-run-again",
            "src/Cano.Runtime/Steps/Splits/SplitRun.Journaled.cs",
            ".Where(index => !_ends.AreCounted(index))];",
            ".Where(index => ON || !_ends.AreCounted(index))];",
            Check.Row("simulate", 800)
        ),
        new(
            "run-fails-while-branches-run",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "        | Sequel.Fail cause when row.Fact.IsBranchCompleted ->",
            "        | Sequel.Fail cause when not ON && row.Fact.IsBranchCompleted ->",
            Check.Laws("JournaledBranches")
        ),
        new(
            "branches-judged-without-their-failures",
            "src/Cano.Kernel/FanOut.fs",
            "List.map (fun branch -> isNull branch.Error)",
            "List.map (fun branch -> ON || isNull branch.Error)",
            Check.Laws("JournaledBranches")
        ),
    ];
}
