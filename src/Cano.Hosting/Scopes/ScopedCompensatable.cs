namespace Cano.Hosting.Scopes;

/// <summary>A step of a saga of which each attempt, and each compensation, has its own.</summary>
internal sealed class ScopedCompensatable<TState, TOutput>(
    TaskScopes<ICompensatableTask<TState, TOutput>> scopes
) : ICompensatableTask<TState, TOutput>
{
    private readonly (string Name, TaskConfig Config) _told = scopes.Ask(task => (task.Name, task.Config));

    public string Name => _told.Name;

    public TaskConfig Config => _told.Config;

    public ValueTask<(TState Next, TOutput Output)> RunAsync(
        TaskContext context,
        CancellationToken cancellationToken
    ) =>
        scopes.CallAsync(
            context,
            0,
            static (task, context, _, cancel) => task.RunAsync(context, cancel),
            cancellationToken
        );

    public async ValueTask CompensateAsync(
        TaskContext context,
        TOutput output,
        CancellationToken cancellationToken
    ) =>
        await scopes
            .CallAsync(
                context,
                output,
                static async (task, context, output, cancel) =>
                {
                    await task.CompensateAsync(context, output, cancel)
                        .ConfigureAwait(context.Options.Calls is not null);
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(context.Options.Calls is not null);
}
