using Cano.Runtime.Cancellation;
using Cano.Runtime.Data;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;

namespace Cano.Runtime.Loop;

/// <summary>What only some runs are given when they begin: most that have no rows need none of it.</summary>
internal sealed record RunEquipment
{
    /// <summary>Takes the run's rows; null when it is not journaled.</summary>
    public RunJournal? Journal { get; init; }

    /// <summary>Of a resumed run, the numbers of the states entered before, oldest first.</summary>
    public IReadOnlyList<int>? Path { get; init; }

    /// <summary>Of a run that is resumed with others, its place among them.</summary>
    public ResumeSlot? Slot { get; init; }

    /// <summary>What may be asked of the run while it is under way; null: nothing but what its caller's token
    /// says.</summary>
    public RunControl? Control { get; init; }

    /// <summary>Of a resumed run, the durable data that its rows hold.</summary>
    public DurableValues? Data { get; init; }

    /// <summary>Of a resumed run, its newest span; null when its rows tell of none.</summary>
    public RunTrace? Span { get; init; }

    /// <summary>The instant from which its total time counts; null: from now on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Of a resumed run that waits: its wait is over, as the clock said that counted it.</summary>
    public bool IsWaitOver { get; init; }

    /// <summary>Where its caller looks for what came of it; null when nobody does.</summary>
    public RunResult? Result { get; init; }

    /// <summary>What it is given and gives; null when it is given nothing and nobody asks.</summary>
    public RunValues? Values { get; init; }
}
