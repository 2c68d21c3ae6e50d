using System.Text;
using Cano.Testing;
using Spectre.Console;

namespace Cano.Integration.OnScreen;

/// <summary>What goes wrong on the console is the console's, and not the run's.</summary>
public sealed class GuardedProgressTests
{
    private enum Step
    {
        First,
        Second,
        Done,
    }

    [Theory]
    [Trait("ID", "P16")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_console_that_fails_is_not_written_to_again(bool isTerminal)
    {
        var time = new VirtualTime();
        var broken = new BrokenOutput(isTerminal);
        var workflow = TwoSteps(
                async (context, token) =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(30), context.TimeProvider, token);
                    return Step.Second;
                }
            )
            .WithTimeProvider(time)
            .WithObserver(new ConsoleProgress(broken.Console, time));
        Assert.Equal(Step.Done, await time.RunAsync(workflow.OrchestrateAsync(Step.First)));
        Assert.Equal(Step.Done, await time.RunAsync(workflow.OrchestrateAsync(Step.First)));
        Assert.Equal(1, broken.Writes);
    }

    [Fact]
    [Trait("ID", "P16")]
    public async Task A_console_that_blocks_holds_up_no_state()
    {
        using var blocked = new BlockedOutput();
        var workflow = TwoSteps(
                async (_, _) =>
                {
                    await blocked.Entered;
                    return Step.Second;
                },
                _ =>
                {
                    blocked.Release();
                    return Step.Done;
                }
            )
            .WithObserver(new ConsoleProgress(blocked.Console));
        Assert.Equal(Step.Done, await workflow.OrchestrateAsync(Step.First, "run-1").Soon());
        Assert.StartsWith("run-1: begins", blocked.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("run-1: Completed in Done", blocked.ToString().Trim(), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("ID", "P16")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_name_moves_no_cursor_and_is_no_markup(bool isTerminal)
    {
        var terminal = new Terminal(isTerminal);
        await TwoSteps((_, _) => throw new InvalidOperationException("\e[2J[red]\nlost[/"))
            .WithObserver(new ConsoleProgress(terminal.Console))
            .TryOrchestrateAsync(Step.First, "[bold]\e[1A\r");
        var shown = string.Join('\n', isTerminal ? terminal.Screen : terminal.Lines);
        Assert.Contains("[bold] [1A ", shown, StringComparison.Ordinal);
        Assert.Contains(" [2J[red] lost[/", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', shown);
    }

    private static Workflow<Step> TwoSteps(
        Func<TaskContext, CancellationToken, Task<Step>> first,
        Func<TaskContext, Step>? second = null
    ) =>
        Workflow
            .Bare<Step>()
            .Register(Step.First, first, TaskConfig.Minimal)
            .Register(Step.Second, second ?? (_ => Step.Done))
            .AddExitState(Step.Done);

    private sealed class BrokenOutput(bool isTerminal) : TextWriter
    {
        public int Writes { get; private set; }

        public IAnsiConsole Console => new Terminal(isTerminal, writer: this).Console;

        public override Encoding Encoding => Encoding.UTF8;

        // All else that writes comes here.
        public override void Write(char value)
        {
            Writes++;
            throw new IOException("Broken pipe");
        }
    }

    private sealed class BlockedOutput : StringWriter
    {
        private readonly TaskCompletionSource _entered = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        private readonly ManualResetEventSlim _released = new();

        public Task Entered => _entered.Task;

        public IAnsiConsole Console => new Terminal(isTerminal: false, writer: this).Console;

        public void Release() => _released.Set();

        public override void WriteLine(string? value)
        {
            _entered.TrySetResult();
            _released.Wait(TimeSpan.FromSeconds(30));
            base.WriteLine(value);
        }

        protected override void Dispose(bool disposing)
        {
            _released.Dispose();
            base.Dispose(disposing);
        }
    }
}
