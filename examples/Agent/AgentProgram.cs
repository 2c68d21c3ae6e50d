using Cano.Examples.Terminal;

namespace Cano.Examples.Agent;

/// <summary>From the arguments to the desk: what is opened, and what works with what.</summary>
public sealed class AgentProgram(TextWriter output, TextWriter errors)
    : TerminalProgram("Agent", Settings.Usage, output, errors)
{
    protected override async Task ServeAsync(IReadOnlyList<string> arguments, CancellationToken stop)
    {
        var settings = Settings.Parse(arguments);
        Directory.CreateDirectory(settings.Folder);
        Samples.Write(settings);
        using var bill = new Ledger(settings.BillPath);
        using var outbox = new Ledger(settings.OutboxPath);
        await using var engine = await CanoEngine.OpenAsync(
            settings.JournalPath,
            new CanoEngineOptions
            {
                Observers = [new Notices(Output)],
                TimeProvider = Time,
                Retention = Retention.Keep,
            },
            stop
        );
        var model = new Model(settings.ScriptsPath, bill, settings.Pace);
        var files = new Files(settings.FilesPath);
        ITool[] tools =
        [
            new Calculate(),
            new ReadFile(files),
            new WriteFile(files),
            new Mail(outbox, settings.Pace),
        ];
        var agent = new AgentWorkflow(model, tools, Output.WriteLine).Workflow();
        engine.Add(agent);
        var runs = new Runs(engine, "task", Output);
        var workroom = new Workroom(engine, agent, runs, Output);
        Output.WriteLine($"Agent, kept in {settings.Folder}; `help` tells what to type.");
        await workroom.ListAsync(RunQuery.Unfinished, stop);
        var looks = new AgentDeskTools(model, bill, outbox, settings.Steps);
        var desk = new AgentDesk(workroom, runs, looks, Output) { ReadLineAsync = ReadLineAsync };
        await ServeAsync(engine, desk, stop);
    }
}
