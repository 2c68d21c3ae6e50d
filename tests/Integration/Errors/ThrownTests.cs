namespace Cano.Integration.Errors;

/// <summary>An error keeps what was thrown, in the process that saw it.</summary>
public sealed class ThrownTests
{
    [Fact]
    public async Task An_error_of_a_body_has_the_exception_that_it_threw()
    {
        var thrown = new IOException("full");
        var error = await Failures.OfAsync(Throwing(_ => thrown).OrchestrateAsync(Stage.Start));
        Assert.Same(thrown, error.Exception);
    }

    [Fact]
    public async Task Of_exhausted_retries_it_is_the_last_attempts()
    {
        var attempts = new List<Exception>();
        var workflow = Throwing(
            attempt =>
            {
                attempts.Add(new IOException($"{attempt}"));
                return attempts[^1];
            },
            retries: 2
        );
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(("retry_exhausted", 3), (error.Category, attempts.Count));
        Assert.Same(attempts[^1], error.Exception);
        Assert.Same(attempts[^1], error.Source!.Exception);
    }

    [Fact]
    public async Task What_another_process_reads_of_it_has_none_and_is_equal()
    {
        using var directory = new TempDirectory();
        CanoError seen;
        var gate = new Gate();
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await gate.PassAsync(token);
                    throw new IOException("full");
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
        await using (var engine = await CanoEngine.OpenAsync(directory.Path))
        {
            var run = await engine.Add(workflow).StartAsync(workflow, Stage.Start, "order-1").Soon();
            // Who asks after the end reads it from the rows.
            var completion = run.Completion();
            gate.Open();
            seen = await Failures.OfAsync(completion.Soon());
        }

        await using var next = await CanoEngine.OpenAsync(directory.Path);
        var read = (await next.FindAsync("order-1"))!.Error!;
        Assert.IsType<IOException>(seen.Exception);
        Assert.Null(read.Exception);
        Assert.Equal(seen.Fault, read.Fault);
    }

    private static Workflow<Stage> Throwing(Func<int, Exception> failure, int retries = 0) =>
        Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context => throw failure(context.Attempt),
                TaskConfig.Minimal.WithFixedRetry(retries, TimeSpan.Zero)
            )
            .AddExitState(Stage.End);
}
