namespace Cano.Integration.Registration;

/// <summary>A member that looks as if it met an interface's and does not is told of where its object is
/// given: the interface's own default would be taken in its place.</summary>
public sealed class LookalikeTests
{
    private static readonly Workflow<Stage> s_workflow = Workflow.Bare<Stage>();

    [Fact]
    [Trait("ID", "F53")]
    public void A_resource_with_a_setup_that_nobody_would_call_is_refused_where_it_is_inserted()
    {
        var refused = Assert.Throws<ArgumentException>(() => new Resources().Insert("db", new Misspelt()));
        Assert.Equal(
            "Misspelt.SetupAsync looks like IResource.SetupAsync and does not meet it: it would never be asked. "
                + "Declare `public ValueTask SetupAsync(CancellationToken)` in a class that names IResource among "
                + "its bases, or give it another name (Parameter 'value')",
            refused.Message
        );
        Assert.Throws<ArgumentException>(() => new Resources().TryInsert("db", new Misspelt(), out _));
    }

    [Fact]
    [Trait("ID", "F53")]
    public async Task A_resource_that_is_made_for_each_run_is_refused_where_it_is_made()
    {
        var workflow = s_workflow
            .Register(Stage.Start, _ => Stage.End)
            .AddExitState(Stage.End)
            .WithResources(new Resources().InsertPerRun("db", () => new Misspelt()));
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Contains("Misspelt.SetupAsync looks like", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("ID", "F53")]
    [InlineData(typeof(Hidden))]
    [InlineData(typeof(Inherited))]
    [InlineData(typeof(Shared))]
    [InlineData(typeof(Kept))]
    public void A_task_whose_config_nobody_would_ask_for_is_refused_where_it_is_registered(Type type)
    {
        var task = (ITask<Stage>)Activator.CreateInstance(type)!;
        var refused = Assert.Throws<ArgumentException>(() => s_workflow.Register(Stage.Start, task));
        Assert.StartsWith(
            $"{type.Name}.Config looks like ITask<Stage>.Config",
            refused.Message,
            StringComparison.Ordinal
        );
        Refused(
            "Config",
            () =>
                s_workflow.RegisterSplit(Stage.Start, [task], JoinConfig.Create(JoinStrategy.All, Stage.End))
        );
    }

    [Fact]
    [Trait("ID", "F53")]
    public void One_that_meets_one_of_two_members_of_a_name_is_accepted() =>
        Assert.NotNull(s_workflow.WithObserver(new Shorter()));

    [Fact]
    [Trait("ID", "F53")]
    public void Every_interface_with_members_that_may_be_left_out_is_looked_at()
    {
        Refused("Config", () => s_workflow.RegisterRouter(Stage.Start, new Router()));
        Refused("Name", () => s_workflow.Register(Stage.Start, new Node()));
        Refused("OnError", () => s_workflow.Register(Stage.Start, new Poll()));
        Refused("Config", () => s_workflow.Register(Stage.Start, new Timer()));
        Refused("Concurrency", () => s_workflow.Register(Stage.Start, new Batch()));
        Refused("Config", () => s_workflow.RegisterWithCompensation(Stage.Start, new Step()));
        Refused("Config", () => s_workflow.RegisterStepped(Stage.Start, new Stepped()));
        Refused("Window", () => s_workflow.RegisterStream(Stage.Start, new Stream()));
        Refused("OnStateEnter", () => s_workflow.WithObserver(new Observer()));
        Refused("ReleaseAsync", () => s_workflow.WithCheckpointStore(new Store()));
        Refused("CountLeftAsync", () => s_workflow.WithCheckpointStore(new Sending()));

        // A new one is looked at too.
        var known = new[]
        {
            typeof(ITask<>),
            typeof(IRouterTask<>),
            typeof(INode<,,>),
            typeof(IPollTask<>),
            typeof(ITimerTask<>),
            typeof(IBatchTask<,,>),
            typeof(ICompensatableTask<,>),
            typeof(ISteppedTask<,>),
            typeof(IStreamTask<,,,>),
            typeof(IWorkflowObserver),
            typeof(ICheckpointStore),
            typeof(IInboxStore),
            typeof(IResource),
        };
        var withDefaults = Surface.PublicTypes.All.Where(type =>
            type.IsInterface && type.GetMethods().Any(method => !method.IsAbstract)
        );
        Assert.Equal(known.Select(type => type.Name).Order(), withDefaults.Select(type => type.Name).Order());
    }

    [Fact]
    [Trait("ID", "F53")]
    public async Task A_branch_that_is_listed_at_run_time_fails_its_split_with_the_same_words()
    {
        var workflow = s_workflow
            .RegisterSplit(Stage.Start, _ => [new Hidden()], JoinConfig.Create(JoinStrategy.All, Stage.End))
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Contains(
            "Hidden.Config looks like ITask<Stage>.Config",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "F53")]
    public void What_meets_an_interface_may_have_other_members_beside_it()
    {
        new Resources().Insert("db", new Explicit()).Insert("other", new Overloaded());
        s_workflow.Register(Stage.Start, new Plain()).Register(Stage.Work, new Derived());
    }

    private static void Refused(string member, Func<object> register) =>
        Assert.Contains(
            $".{member} looks like ",
            Assert.Throws<ArgumentException>(register).Message,
            StringComparison.Ordinal
        );

    private sealed class Misspelt : IResource
    {
        public Task SetupAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Explicit : IResource
    {
        public Task SetupAsync() => Task.CompletedTask;

        ValueTask IResource.SetupAsync(CancellationToken cancellationToken) => new(SetupAsync());
    }

    private sealed class Overloaded : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken) => SetupAsync("here");

        public ValueTask SetupAsync(string where) => new(Task.FromResult(where));
    }

    private class Plain : ITask<Stage>
    {
        // Nobody takes it for the task's own name.
        private const string Name = "a word of its own";

        public virtual TaskConfig Config => TaskConfig.Minimal;

        public ValueTask<Stage> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            Name.Length > 0 ? new(Stage.End) : default;
    }

    private sealed class Derived : Plain
    {
        public override TaskConfig Config => TaskConfig.Default;
    }

    private class Bare : ITask<Stage>
    {
        public ValueTask<Stage> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);
    }

    private sealed class Hidden : ITask<Stage>
    {
        internal TaskConfig Config => TaskConfig.Minimal;

        public ValueTask<Stage> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Config == TaskConfig.Minimal ? Stage.End : Stage.Stop);
    }

    private sealed class Inherited : Bare
    {
        public TaskConfig Config => TaskConfig.Minimal;
    }

    private sealed class Shared : Bare
    {
        public static TaskConfig Config => TaskConfig.Minimal;
    }

    private sealed class Kept : Bare
    {
        public readonly TaskConfig Config = TaskConfig.Minimal;
    }

    private sealed class Router : IRouterTask<Stage>
    {
        public TaskConfig? Config() => null;

        public ValueTask<Stage> RouteAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);
    }

    private sealed class Node : INode<Stage, int, int>
    {
        public object Name => "node";

        public ValueTask<int> PrepAsync(TaskContext context, CancellationToken cancellationToken) => new(1);

        public ValueTask<int> ExecAsync(int prep, CancellationToken cancellationToken) => new(prep);

        public ValueTask<Stage> PostAsync(
            TaskContext context,
            int exec,
            CancellationToken cancellationToken
        ) => new(Stage.End);
    }

    private sealed class Poll : IPollTask<Stage>
    {
        public ItemErrorPolicy OnError => ItemErrorPolicy.SkipAndContinue;

        public ValueTask<PollOutcome<Stage>> PollAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new(PollOutcome.Ready(Stage.End));
    }

    private sealed class Timer : ITimerTask<Stage>
    {
        public RetryMode Config => RetryMode.None;

        public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(TimerOutcome.After(TimeSpan.Zero));

        public ValueTask<Stage> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);
    }

    private sealed class Batch : IBatchTask<Stage, int, int>
    {
        public long Concurrency => 4;

        public ValueTask<IReadOnlyList<int>> LoadAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new([1]);

        public ValueTask<int> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        ) => new(item);

        public ValueTask<Stage> FinishAsync(
            TaskContext context,
            IReadOnlyList<ItemResult<int>> results,
            CancellationToken cancellationToken
        ) => new(Stage.End);
    }

    private sealed class Step : ICompensatableTask<Stage, int>
    {
        public RetryMode Config => RetryMode.None;

        public ValueTask<(Stage Next, int Output)> RunAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new((Stage.End, 1));

        public ValueTask CompensateAsync(
            TaskContext context,
            int output,
            CancellationToken cancellationToken
        ) => default;
    }

    private sealed class Stepped : ISteppedTask<Stage, int>
    {
        public RetryMode Config => RetryMode.None;

        public ValueTask<StepOutcome<int, Stage>> StepAsync(
            TaskContext context,
            Cursor<int> cursor,
            CancellationToken cancellationToken
        ) => new(StepOutcome.Done(Stage.End));
    }

    private sealed class Stream : IStreamTask<Stage, int, int, int>
    {
        public int Window => 5;

        public IAsyncEnumerable<int> OpenAsync(
            TaskContext context,
            Cursor<int> cursor,
            CancellationToken cancellationToken
        ) => AsyncEnumerable.Empty<int>();

        public ValueTask<(int Output, int Cursor)> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        ) => new((item, item));

        public ValueTask<WindowOutcome<Stage>> FlushWindowAsync(
            TaskContext context,
            IReadOnlyList<int> outputs,
            CancellationToken cancellationToken
        ) => new(WindowOutcome.Continue);

        public ValueTask<Stage> OnCloseAsync(
            TaskContext context,
            StreamEnd reason,
            CancellationToken cancellationToken
        ) => new(Stage.End);
    }

    private sealed class Observer : IWorkflowObserver
    {
        public void OnStateEnter(string state) => Assert.Fail(state);
    }

    private sealed class Store : FiveMemberStore
    {
        public ValueTask ReleaseAsync(string runId, CancellationToken cancellationToken) => default;
    }

    private sealed class Sending : FiveMemberStore, IInboxStore
    {
        public ValueTask<bool> AcceptAsync(string runId, InboxItem item, CancellationToken cancel) =>
            new(false);

        public ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(string runId, CancellationToken cancel) =>
            new([]);

        public ValueTask<int> CountLeftAsync(string runId) => new(1);

        public IDisposable WatchInbox(string runId, Action ring) => throw new NotSupportedException();

        public IDisposable WatchInboxes(Action<string> ring) => throw new NotSupportedException();
    }

    private sealed class Shorter : IWorkflowObserver
    {
        public void OnRetry(RunPoint at, TimeSpan delay) { }
    }
}
