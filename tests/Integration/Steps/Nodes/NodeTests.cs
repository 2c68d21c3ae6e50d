using Cano.Testing;

namespace Cano.Integration.Steps.Nodes;

/// <summary>Prepare, execute, post.</summary>
public sealed class NodeTests
{
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();

    [Fact]
    public async Task A_node_hands_what_each_step_gives_to_the_next()
    {
        Assert.Equal(Stage.End, await Of(new Shop(_trail)).OrchestrateAsync(Stage.Start));
        Assert.Equal(["prep", "exec 3 apples", "post 15"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "J12")]
    [InlineData("prep", "prep, prep, exec 3 apples, post 15")]
    [InlineData("exec 3 apples", "prep, exec 3 apples, prep, exec 3 apples, post 15")]
    [InlineData("post 15", "prep, exec 3 apples, post 15, prep, exec 3 apples, post 15")]
    public async Task A_node_that_fails_anywhere_is_retried_as_a_whole(string at, string expected)
    {
        var node = new Shop(_trail) { FailsOnceAt = at };
        Assert.Equal(Stage.End, await _time.AloneAsync(() => Of(node).OrchestrateAsync(Stage.Start)));
        Assert.Equal(expected, string.Join(", ", _trail.Marks));
    }

    [Fact]
    [Trait("ID", "Y23")]
    public async Task A_node_has_the_default_retries_and_fails_with_its_last_error()
    {
        var error = await Failures.OfAsync(
            _time.AloneAsync(() => Of(new Never()).OrchestrateAsync(Stage.Start))
        );
        Assert.Equal(("retry_exhausted", 4), (error.Category, error.Attempt));
        Assert.Equal("IOException: attempt 4", error.Source!.Message[^"IOException: attempt 4".Length..]);
    }

    [Fact]
    [Trait("ID", "J10")]
    public async Task An_attempt_timeout_bounds_all_three_steps_together()
    {
        var node = new Slow(_time);
        // Each step takes 1 s; the third is under way when 2.5 s are over.
        var error = await Failures.OfAsync(_time.AloneAsync(() => Of(node).OrchestrateAsync(Stage.Start)));
        Assert.Equal("timeout", error.Category);
        Assert.Equal(TimeSpan.FromSeconds(2.5), _time.GetUtcNow() - new VirtualTime().GetUtcNow());
    }

    [Fact]
    public void A_nodes_class_is_its_tasks_name() =>
        Assert.Equal("Shop", Of(new Shop(_trail)).Definition.States[0].Task);

    private Workflow<Stage> Of<TPrep, TExec>(INode<Stage, TPrep, TExec> node) =>
        Workflow.Bare<Stage>().Register(Stage.Start, node).AddExitState(Stage.End).WithTimeProvider(_time);

    private sealed class Shop(Trail trail) : INode<Stage, string, int>
    {
        public string? FailsOnceAt { get; set; }

        public ValueTask<string> PrepAsync(TaskContext context, CancellationToken cancellationToken)
        {
            Mark("prep");
            return new("3 apples");
        }

        public ValueTask<int> ExecAsync(string prep, CancellationToken cancellationToken)
        {
            Mark($"exec {prep}");
            return new(15);
        }

        public ValueTask<Stage> PostAsync(TaskContext context, int exec, CancellationToken cancellationToken)
        {
            Mark($"post {exec}");
            return new(Stage.End);
        }

        private void Mark(string step)
        {
            trail.Add(step);
            if (step != FailsOnceAt)
                return;
            FailsOnceAt = null;
            throw new IOException(step);
        }
    }

    private sealed class Never : INode<Stage, int, int>
    {
        public ValueTask<int> PrepAsync(TaskContext context, CancellationToken cancellationToken) =>
            throw new IOException($"attempt {context.Attempt}");

        public ValueTask<int> ExecAsync(int prep, CancellationToken cancellationToken) => new(prep);

        public ValueTask<Stage> PostAsync(
            TaskContext context,
            int exec,
            CancellationToken cancellationToken
        ) => new(Stage.End);
    }

    private sealed class Slow(VirtualTime time) : INode<Stage, int, int>
    {
        public TaskConfig Config => TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(2.5));

        public ValueTask<int> PrepAsync(TaskContext context, CancellationToken cancellationToken) =>
            TakeAsync(1, cancellationToken);

        public ValueTask<int> ExecAsync(int prep, CancellationToken cancellationToken) =>
            TakeAsync(2, cancellationToken);

        public async ValueTask<Stage> PostAsync(
            TaskContext context,
            int exec,
            CancellationToken cancellationToken
        )
        {
            await TakeAsync(3, cancellationToken);
            return Stage.End;
        }

        private async ValueTask<int> TakeAsync(int answer, CancellationToken token)
        {
            await time.PauseAsync(TimeSpan.FromSeconds(1), token);
            return answer;
        }
    }
}
