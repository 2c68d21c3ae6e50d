using Cano.Runtime.Data;

namespace Cano.Runtime.Scope;

/// <summary>Stands around every call of the user's code: the seam at which a simulation makes work fail,
/// linger or die.</summary>
internal interface IUserCalls
{
    /// <summary>Whether it is told the keys of effects, which are made when somebody asks.</summary>
    bool AsksKeys => true;

    /// <summary>Makes a call.</summary>
    /// <param name="call">What is called, and for what.</param>
    /// <param name="body">The call itself.</param>
    /// <param name="cancel">The token that the body gets.</param>
    ValueTask<T> MakeAsync<T>(UserCall call, Func<ValueTask<T>> body, CancellationToken cancel);
}

/// <summary>A call of the user's code. It is read from the context when it begins: contexts are used
/// again.</summary>
/// <param name="RunId">The run; empty where nobody asks for keys.</param>
/// <param name="Kind">What is called.</param>
/// <param name="State">The stable name of the state.</param>
/// <param name="Attempt">Which attempt, from 1.</param>
/// <param name="Visit">The visit that it works for.</param>
/// <param name="EffectKey">Its idempotency key; empty where nobody asks.</param>
/// <param name="Branch">The index of the branch that it is called for; null when it is for none.</param>
/// <param name="Data">The run's durable data; null when it has none, or nobody asks.</param>
internal sealed record UserCall(
    string RunId,
    UserCallKind Kind,
    string State,
    int Attempt,
    long Visit,
    string EffectKey,
    int? Branch = null,
    DurableValues? Data = null
);

internal enum UserCallKind
{
    /// <summary>A body that may be called again when it fails.</summary>
    Body,

    /// <summary>A step that can be undone once it has returned.</summary>
    UndoableStep,

    /// <summary>The compensation of such a step.</summary>
    Undo,

    /// <summary>Work in the middle of an attempt that touches nothing.</summary>
    Part,

    /// <summary>The next item of a source.</summary>
    Read,
}
