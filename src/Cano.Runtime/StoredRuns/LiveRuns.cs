using System.Runtime.CompilerServices;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Scope;

namespace Cano.Runtime.StoredRuns;

/// <summary>The runs that somebody in this process works on, by store and id. A mark is taken only by what
/// was accepted: by a first row that is durable, or by a claim.</summary>
/// <remarks>Those who ask a store for one run do so one after another, so that each knows what became of the
/// one before. No code of a user's runs meanwhile.</remarks>
internal static class LiveRuns
{
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<Key, Place> s_places = [];

    /// <summary>Whether a run is under way in this process.</summary>
    public static bool Contains(ICheckpointStore store, string runId)
    {
        lock (s_gate)
            return s_places.TryGetValue(Key.Of(store, runId), out var place) && place.Live is not null;
    }

    /// <summary>One who wants to work on a run. Until a store has granted that, nothing is marked; disposing
    /// of it takes away no mark but its own.</summary>
    public sealed class Mark(ICheckpointStore store, string runId, Dispatcher dispatcher) : IDisposable
    {
        private readonly Key _key = Key.Of(store, runId);

        /// <summary>Asks the store for the run, and takes the mark if it is granted.</summary>
        /// <param name="ask">What is asked; what it throws is a refusal. It is told whether somebody works on
        /// the run.</param>
        public ValueTask<T> TakeAsync<T>(Func<bool, ValueTask<T>> ask) => AskAsync(ask, takes: true);

        /// <summary>As <see cref="TakeAsync"/>, for who does not want to work on the run: no mark is
        /// taken.</summary>
        public ValueTask<T> AskAsync<T>(Func<bool, ValueTask<T>> ask) => AskAsync(ask, takes: false);

        private async ValueTask<T> AskAsync<T>(Func<bool, ValueTask<T>> ask, bool takes)
        {
            var isLive = await EnterAsync(_key, dispatcher).ConfigureAwait(false);
            var granted = default(Mark);
            try
            {
                var answer = await ask(isLive).ConfigureAwait(false);
                granted = takes ? this : null;
                return answer;
            }
            finally
            {
                Leave(_key, granted);
            }
        }

        public void Dispose() => Drop(_key, this);
    }

    /// <summary>Waits until nobody else asks for the run. Returns whether somebody works on it
    /// then.</summary>
    private static async ValueTask<bool> EnterAsync(Key key, Dispatcher dispatcher)
    {
        Turn turn;
        lock (s_gate)
        {
            if (!s_places.TryGetValue(key, out var place))
                s_places.Add(key, place = new Place());
            if (!place.IsAsked)
            {
                place.IsAsked = true;
                return place.Live is not null;
            }

            turn = new Turn(dispatcher);
            place.Waiting.Enqueue(turn);
        }

        return await turn.Come.ConfigureAwait(false);
    }

    /// <summary>The store has answered; the next one may ask.</summary>
    private static void Leave(Key key, Mark? granted)
    {
        Turn? next;
        bool isLive;
        lock (s_gate)
        {
            var place = s_places[key];
            place.Live = granted ?? place.Live;
            isLive = place.Live is not null;
            place.IsAsked = place.Waiting.TryDequeue(out next);
            RemoveIfEmpty(key, place);
        }

        next?.Give(isLive);
    }

    private static void Drop(Key key, Mark mark)
    {
        lock (s_gate)
        {
            if (!s_places.TryGetValue(key, out var place) || place.Live != mark)
                return;
            place.Live = null;
            RemoveIfEmpty(key, place);
        }
    }

    private static void RemoveIfEmpty(Key key, Place place)
    {
        if (place is { Live: null, IsAsked: false })
            s_places.Remove(key);
    }

    /// <summary>A run of a store, whatever object stands for the store.</summary>
    private readonly record struct Key(object Store, string RunId)
    {
        public static Key Of(ICheckpointStore store, string runId) => new(StoreIdentity.Of(store), runId);

        public bool Equals(Key other) => ReferenceEquals(Store, other.Store) && RunId == other.RunId;

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Store), RunId);
    }

    /// <summary>What becomes of one run.</summary>
    private sealed class Place
    {
        /// <summary>Whoever works on it; null when nobody does.</summary>
        public Mark? Live { get; set; }

        /// <summary>Somebody asks the store for it.</summary>
        public bool IsAsked { get; set; }

        /// <summary>Those who ask after that.</summary>
        public Queue<Turn> Waiting { get; } = [];
    }

    /// <summary>One who waits to ask. It goes on from a stack of its own.</summary>
    private sealed class Turn(Dispatcher dispatcher) : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<bool> _come = new();
        private bool _isLive;

        /// <summary>Whether somebody works on the run.</summary>
        public Task<bool> Come => _come.Task;

        public void Give(bool isLive)
        {
            _isLive = isLive;
            dispatcher.Queue(this);
        }

        void IThreadPoolWorkItem.Execute() => _come.SetResult(_isLive);
    }
}
