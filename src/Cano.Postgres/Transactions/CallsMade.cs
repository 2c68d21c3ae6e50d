using System.Runtime.CompilerServices;

namespace Cano.Postgres.Transactions;

/// <summary>Which calls a body has made, in this attempt and, of a poll, while it asks this time. A second
/// one under the same key would be given the first one's result, and be taken for done.</summary>
internal sealed class CallsMade
{
    private static readonly ConditionalWeakTable<TaskContext, CallsMade> s_all = [];

    private readonly HashSet<string> _keys = [];
    private (string EffectKey, int Attempt, int Ask) _of;

    /// <summary>A call begins, beside which none of its key does.</summary>
    /// <exception cref="CanoException">`workflow`: this attempt makes it, or has made it.</exception>
    public static void Begin(TaskContext context, string key)
    {
        if (!s_all.GetOrCreateValue(context).TryAdd(context, key))
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
        if (s_all.TryGetValue(context, out var made))
            lock (made._keys)
                made._keys.Remove(key);
    }

    private bool TryAdd(TaskContext context, string key)
    {
        var now = (context.EffectKey, context.Attempt, context.Ask);
        lock (_keys)
        {
            if (_of != now)
                _keys.Clear();
            _of = now;
            return _keys.Add(key);
        }
    }
}
