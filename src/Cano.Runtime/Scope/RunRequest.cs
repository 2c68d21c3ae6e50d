using Cano.Runtime.Cancellation;

namespace Cano.Runtime.Scope;

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

    /// <summary>Its place among the runs that are resumed together; null when it needs none.</summary>
    public ResumeSlot? Slot { get; init; }

    /// <summary>What it is given at its start; null for nothing. Of a resumed run only one that is handed on
    /// counts.</summary>
    public GivenInput? Input { get; init; }

    /// <summary>Where its caller finds its output; null when it does not look.</summary>
    public RunResult? Result { get; init; }
}
