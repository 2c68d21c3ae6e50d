using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;

namespace Cano.Runtime.Runs;

/// <summary>What its caller says of a run.</summary>
/// <param name="Id">Its id; null when it was given none.</param>
internal readonly record struct RunRequest(string? Id)
{
    /// <summary>Its rows stay when it has ended: somebody else retires them.</summary>
    public bool KeepsRows { get; init; }

    /// <summary>Whether it is over although it has no rows, asked when its first row is durable: somebody
    /// else may have taken it to its end since it was looked for.</summary>
    public Func<ValueTask<bool>>? IsOver { get; init; }

    /// <summary>What may be asked of it while it is under way; null: nothing but what its caller's token
    /// says.</summary>
    public RunControl? Control { get; init; }

    /// <summary>What it is tagged with, in the order of names.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Tags { get; init; }

    /// <summary>The instant before which it does not begin; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The trace in which it is started; null: in none.</summary>
    public RunTrace? Trace { get; init; }

    /// <summary>Of a fresh run, the signal that it begins with; null: it begins without one.</summary>
    public InboxItem? Signal { get; init; }

    /// <summary>Who hears of its rows; null when nobody does.</summary>
    public IRunHost? Host { get; init; }

    /// <summary>Of a run that is taken up, why it is.</summary>
    public TakeUpFor For { get; init; }

    /// <summary>Of a run that is taken up while it waits: its wait is over, as the clock said that counted
    /// it.</summary>
    public bool IsWaitOver { get; init; }

    /// <summary>Of a run that is taken up, the claim that was made for it; null: it is still to be
    /// claimed.</summary>
    public RunClaim? Claim { get; init; }

    /// <summary>Of a fresh run: no more than its first row is wanted, and what it owns is not set up for
    /// that.</summary>
    public bool OnlyBegins { get; init; }

    /// <summary>Its place among the runs that are resumed together; null when it needs none.</summary>
    public ResumeSlot? Slot { get; init; }

    /// <summary>What it is given at its start; null for nothing. Of a resumed run only one that is handed on
    /// counts.</summary>
    public GivenInput? Input { get; init; }

    /// <summary>Of a fresh child, its parent; null of any other.</summary>
    public RunParent? Parent { get; init; }

    /// <summary>Of a fresh child, what its parent's rows say that it is given; null for nothing.</summary>
    public StoredValue? StoredInput { get; init; }

    /// <summary>Of a fresh child that nobody needs any more, why: its first row says so, and it ends. Null of
    /// any other.</summary>
    public CancelRequest? BegunCancelled { get; init; }

    /// <summary>Where its caller finds its output; null when it does not look.</summary>
    public RunResult? Result { get; init; }
}
