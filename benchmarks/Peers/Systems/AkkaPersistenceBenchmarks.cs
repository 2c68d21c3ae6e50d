using Akka.Actor;
using Akka.Persistence;
using BenchmarkDotNet.Attributes;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>An actor whose every state is an event in the journal in memory that comes with the package; at
/// a run's end its events are deleted.</summary>
[Peer("Akka.NET", typeof(ActorSystem))]
public class AkkaPersistenceBenchmarks
{
    private const int States = 10;

    private readonly ActorSystem _system = AkkaBenchmarks.Quiet();
    private readonly IActorRef _walker;

    public AkkaPersistenceBenchmarks() => _walker = _system.ActorOf(Props.Create<Walker>());

    [GlobalCleanup]
    public Task Close() => _system.Terminate();

    // One actor with one ID makes all runs, which spares it the start of an actor that Cano's runs pay.
    [Unit("transition")]
    [Benchmark(Description = "journal_mem10", OperationsPerInvoke = States)]
    public Task JournalMem10() => _walker.Ask<Entered>(Start.One);

    private sealed record Start
    {
        public static readonly Start One = new();
    }

    private sealed record Entered(int State);

    private sealed class Walker : ReceivePersistentActor
    {
        public Walker()
        {
            Command<Start>(_ => Enter(0));
            Command<DeleteMessagesSuccess>(_ => { });
            Recover<Entered>(_ => { });
        }

        public override string PersistenceId => "walker";

        private void Enter(int state) =>
            Persist(
                new Entered(state),
                entered =>
                {
                    if (entered.State < States)
                    {
                        Enter(entered.State + 1);
                        return;
                    }

                    DeleteMessages(LastSequenceNr);
                    Sender.Tell(entered);
                }
            );
    }
}
