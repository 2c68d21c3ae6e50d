namespace Cano;

/// <summary>How a run came to its end, or why it rests.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="WorkflowName">The name of its workflow; null when it is not known.</param>
/// <param name="Status">What it is now.</param>
/// <param name="ExitState">The exit of a run that completed, else null.</param>
/// <param name="Error">Why it failed, or rests; null when it completed.</param>
public sealed record RunEnd(
    string RunId,
    string? WorkflowName,
    RunStatus Status,
    string? ExitState,
    CanoError? Error
)
{
    /// <summary>How many signals were accepted for the run that it never took.</summary>
    public int SignalsLeft { get; init; }

    /// <summary>The run and what it is: "order-1: Completed in Done".</summary>
    public override string ToString()
    {
        var exit = ExitState is null ? "" : $" in {ExitState}";
        var error = Error is null ? "" : $", {Error}";
        return $"{RunId}: {Status}{exit}{error}";
    }
}
