using Cano.Examples.Agent;

namespace Cano.Integration.Examples;

/// <summary>The agent without its prompt.</summary>
internal sealed class AgentBench : IDisposable
{
    public AgentBench(string folder)
    {
        var settings = new Settings { Folder = folder };
        Samples.Write(settings);
        (Bill, Outbox) = (new Ledger(settings.BillPath), new Ledger(settings.OutboxPath));
        var files = new Files(settings.FilesPath);
        Agent = new AgentWorkflow(
            new Model(settings.ScriptsPath, Bill, TimeSpan.Zero),
            [new Calculate(), new ReadFile(files), new WriteFile(files), new Mail(Outbox, TimeSpan.Zero)],
            _ => { }
        ).Workflow();
    }

    public Ledger Bill { get; }

    public Ledger Outbox { get; }

    public Workflow<Step> Agent { get; }

    /// <summary>Begins a task.</summary>
    public Task<WorkflowRun<Step>> StartAsync(CanoEngine engine, string task) =>
        engine.Add(Agent).StartAsync(Agent, Step.Plan, "t-1", new Assignment(task, 8));

    public void Dispose()
    {
        Bill.Dispose();
        Outbox.Dispose();
    }
}
