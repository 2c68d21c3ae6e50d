using Cano.Kernel;

namespace Cano.CSharp.Scheduling;

/// <summary>A flow as a scheduler was told of it.</summary>
internal sealed record FlowRegistration(string Id, FlowSchedule Schedule, IFlowWork Work)
{
    public BackoffPolicy Backoff { get; init; } = new();

    public FlowPlan Plan => new(Id, Schedule, Backoff.Rule);

    /// <summary>When it is run: "every 5 min", "0 30 2 * * * in Europe/Berlin", "manual".</summary>
    public string ScheduleText =>
        Schedule switch
        {
            FlowSchedule.Every every => $"every {Words.Span(every.Interval)}",
            FlowSchedule.Calendar calendar => $"{calendar.Cron} in {calendar.Zone.Id}",
            _ => "manual",
        };

    /// <summary>The same flow, whose runs somebody else works on.</summary>
    /// <exception cref="CanoException">`configuration`: its workflows cannot be worked on there.</exception>
    public FlowRegistration In(IFlowRuns runs) => this with { Work = Work.In(runs) };

    /// <summary>Why an id is refused that no flow has.</summary>
    public static string Unknown(string id) => $"No workflow registered with id '{id}'";

    /// <summary>Why it is refused where its runs are a host's.</summary>
    public string IsOfHostText =>
        $"flow '{Id}': the runs of its workflow are those of the host's engine: add it with AddSchedule, or by the engine's ScheduleAsync";

    /// <summary>Everything that keeps it from running.</summary>
    public IEnumerable<string> Problems() => Work.Problems(Id).Select(problem => $"flow '{Id}': {problem}");
}
