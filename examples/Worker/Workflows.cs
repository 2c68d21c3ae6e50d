namespace Cano.Examples.Worker;

public enum Step
{
    Read,
    Keep,
    Report,
    Done,
}

/// <summary>Reads the gauge, then keeps what it said.</summary>
public sealed class ReadingWorkflow(IServiceProvider services) : IWorkflowDefinition<Step>
{
    public const string FlowName = "reading";

    public string Name => FlowName;

    public Workflow<Step> Build(Workflow<Step> workflow) =>
        workflow
            .WithResources(Resources.From(services).Insert("store", MemoryStore.Durable()))
            .Register<Step, ReadGauge>(Step.Read, [Step.Keep])
            .Register<Step, KeepReading>(Step.Keep, [Step.Done])
            .AddExitState(Step.Done);
}

/// <summary>Sums up what was kept.</summary>
public sealed class ReportWorkflow : IWorkflowDefinition<Step>
{
    public const string FlowName = "report";

    public string Name => FlowName;

    public Workflow<Step> Build(Workflow<Step> workflow) =>
        workflow.Register<Step, WriteReport>(Step.Report, [Step.Done]).AddExitState(Step.Done);
}
