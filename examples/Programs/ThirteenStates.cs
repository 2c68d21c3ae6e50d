namespace Cano.Examples.Programs;

/// <summary>Thirteen states with branches, a loop and four ways to an exit; every edge is declared.</summary>
public static class ThirteenStates
{
    private const int RetriesMax = 3;

    private enum State
    {
        Start,
        LoadData,
        Validate,
        Sanitize,
        Process,
        QualityCheck,
        Enrich,
        BasicProcess,
        Retry,
        Cleanup,
        Complete,
        Failed,
        Error,
    }

    /// <summary>What a run works on, and how good each processing of it turns out to be.</summary>
    private sealed record Input(string Name, string Raw, params int[] Qualities);

    public static async Task RunAsync(TextWriter output)
    {
        Input[] inputs =
        [
            new("good", "a long enough text", 95),
            new("fair after a retry", "short", 40, 75),
            new("poor", "a long enough text", 10, 20, 30, 40),
            new("critical", "text with critical_error in it"),
        ];
        foreach (var input in inputs)
        {
            var path = new Path();
            var exit = await WorkflowOf(input).WithObserver(path).OrchestrateAsync(State.Start);
            output.WriteLine($"{input.Name}: {exit}");
            output.WriteLine($"  {path}");
        }
    }

    private static Workflow<State> WorkflowOf(Input input)
    {
        var resources = new Resources().Insert("input", input).InsertPerRun("store", () => new MemoryStore());
        var workflow = Workflow
            .Create<State>(resources)
            .Register(State.Start, _ => State.LoadData, to: [State.LoadData])
            .Register(State.LoadData, Load, to: [State.Validate])
            .Register(State.Validate, Validate, to: [State.Sanitize, State.Process, State.Error])
            .Register(State.Sanitize, _ => State.Process, to: [State.Process])
            .Register(State.Process, Process, to: [State.QualityCheck])
            .Register(
                State.QualityCheck,
                Judge,
                to: [State.Enrich, State.BasicProcess, State.Retry, State.Failed]
            )
            .Register(State.Enrich, _ => State.Complete, to: [State.Complete])
            .Register(State.BasicProcess, _ => State.Complete, to: [State.Complete])
            .Register(State.Retry, Retry, to: [State.Process])
            .Register(State.Error, _ => State.Cleanup, to: [State.Cleanup])
            .Register(State.Cleanup, _ => State.Failed, to: [State.Failed])
            .AddExitStates(State.Complete, State.Failed);

        // With every edge declared, states that nothing leads to would be found here, before any run.
        workflow.ValidateInitialState(State.Start);
        return workflow;
    }

    private static State Load(TaskContext context)
    {
        context.Store.Put("data", context.Get<Input>("input").Raw);
        return State.Validate;
    }

    private static State Validate(TaskContext context) =>
        context.Store.Get<string>("data") switch
        {
            var data when data.Contains("critical_error", StringComparison.Ordinal) => State.Error,
            { Length: < 10 } => State.Sanitize,
            _ => State.Process,
        };

    private static State Process(TaskContext context)
    {
        var retries = context.Store.GetOr("retry_count", 0);
        context.Store.Put("quality", context.Get<Input>("input").Qualities[retries]);
        return State.QualityCheck;
    }

    private static State Judge(TaskContext context) =>
        context.Store.Get<int>("quality") switch
        {
            >= 90 => State.Enrich,
            >= 60 => State.BasicProcess,
            _ when context.Store.GetOr("retry_count", 0) < RetriesMax => State.Retry,
            _ => State.Failed,
        };

    private static State Retry(TaskContext context)
    {
        context.Store.Put("retry_count", context.Store.GetOr("retry_count", 0) + 1);
        return State.Process;
    }

    /// <summary>An observer writes the hooks it wants, and no others.</summary>
    private sealed class Path : IWorkflowObserver
    {
        private readonly List<string> _states = [];

        public void OnStateEnter(RunPoint at) => _states.Add(at.State);

        public override string ToString() => string.Join(" ", _states);
    }
}
