using Spectre.Console;

namespace Cano;

/// <summary>Progress on the console, for workflows.</summary>
public static class ConsoleProgressExtensions
{
    /// <summary>Shows on the console how far the runs of the workflow are, while they are under way: states,
    /// branches, what bodies report, rates and what is left.</summary>
    /// <remarks>Where output is no terminal, or one that cannot move its cursor, it is lines: one when a run
    /// begins and ends, and now and then one between. A workflow of an engine or a host is given one
    /// <see cref="ConsoleProgress"/> for all of them.</remarks>
    /// <param name="workflow">The workflow.</param>
    /// <param name="console">Where to; the process's own output unless given. What else is written there
    /// while runs are under way is in the view's way.</param>
    public static Workflow<TState> WithConsoleProgress<TState>(
        this Workflow<TState> workflow,
        IAnsiConsole? console = null
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(workflow);
        return workflow.WithObserver(new ConsoleProgress(console));
    }
}
