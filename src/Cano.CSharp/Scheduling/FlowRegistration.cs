using Cano.Kernel;

namespace Cano.CSharp.Scheduling;

/// <summary>A flow as a scheduler was told of it.</summary>
internal sealed record FlowRegistration(string Id, FlowSchedule Schedule, IFlowWork Work)
{
    public BackoffPolicy Backoff { get; init; } = new();

    public FlowPlan Plan => new(Id, Schedule, Backoff.Rule);

    /// <summary>Why an id is refused that no flow has.</summary>
    public static string Unknown(string id) => $"No workflow registered with id '{id}'";

    /// <summary>Everything that keeps it from running.</summary>
    public IEnumerable<string> Problems() => Work.Problems(Id).Select(problem => $"flow '{Id}': {problem}");
}
