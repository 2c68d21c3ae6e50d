using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Cano.Postgres.Transactions;

/// <summary>Which calls bodies have made. A second one under the same key would be given the first one's
/// result, and be taken for done.</summary>
internal static class CallsMade
{
    private static readonly ConditionalWeakTable<
        TaskContext,
        ConcurrentDictionary<(string Key, int Attempt), bool>
    > s_made = [];

    /// <summary>A call begins, beside which none of its key does.</summary>
    /// <exception cref="CanoException">`workflow`: this attempt makes it, or has made it.</exception>
    public static void Begin(TaskContext context, string key)
    {
        if (!s_made.GetOrCreateValue(context).TryAdd((key, context.Attempt), true))
            throw new CanoException(
                CanoError.Of(
                    Fault.NewWorkflow(
                        $"state '{context.State}' makes a second transactional call under the key '{key}': give each call of a body a name of its own"
                    )
                )
            );
    }

    /// <summary>It came to nothing, and may be made again.</summary>
    public static void Forget(TaskContext context, string key)
    {
        if (s_made.TryGetValue(context, out var made))
            made.TryRemove((key, context.Attempt), out _);
    }
}
