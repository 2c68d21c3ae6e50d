using Cano.Kernel;
using Cano.Runtime.Data;

namespace Cano.Runtime.Scope;

/// <summary>Where whoever starts or resumes a run finds what came out of it.</summary>
internal sealed class RunResult
{
    private volatile Reported? _reported;

    /// <summary>The newest output, as rows keep it; null while there is none.</summary>
    public StoredValue? Output => Values?.Output;

    /// <summary>What the run is by its newest row when it has come to its end in this process; null before,
    /// and of one without rows.</summary>
    public RowStatus? Status { get; internal set; }

    /// <summary>Why the run rests where its rows end; null when it does not. One that rests comes to no exit:
    /// what it answers with means nothing.</summary>
    public CanoError? Rests { get; internal set; }

    /// <summary>What the exit carries that the run came to.</summary>
    public StateData ExitData { get; internal set; }

    /// <summary>How many signals the run was sent that it had not taken at its end.</summary>
    public int SignalsLeft { get; internal set; }

    /// <summary>The run that it is a child of; null when it is none.</summary>
    public string? ParentId { get; internal set; }

    /// <summary>How far the newest body to say so is; null when none said so since the run came to this
    /// visit.</summary>
    public RunProgress? ProgressSince(long visit) =>
        _reported is { } reported && reported.Visit >= visit ? reported.Progress : null;

    /// <summary>A body of a visit says how far it is; called from any thread.</summary>
    internal void Report(long visit, RunProgress progress) => _reported = new(visit, progress);

    /// <summary>Set as soon as the run is set up.</summary>
    internal RunValues? Values { get; set; }

    private sealed record Reported(long Visit, RunProgress Progress);
}
