namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck
open FsCheck.FSharp

/// Random rows of every kind, with every fault and every split in them.
[<RequireQualifiedAccess>]
module RowValues =

    let split: Gen<SplitResult> = gen {
        let success =
            Gen.map2
                (fun i name -> ({ Index = i; Name = name }: BranchSuccess))
                Values.count
                Values.name

        let failed =
            Gen.map3
                (fun i name error -> {
                    Index = i
                    Name = name
                    Error = error
                })
                Values.count
                Values.name
                Values.anyError

        let cancelled =
            Gen.map2
                (fun i name -> ({ Index = i; Name = name }: BranchCancelled))
                Values.count
                Values.name

        let! successes = Values.many success
        let! errors = Values.many failed
        let! cancelled = Values.many cancelled

        return {
            Successes = successes
            Errors = errors
            Cancelled = cancelled
        }
    }

    let private poll: Gen<PollState> = gen {
        let! errors = Gen.choose (0, Int32.MaxValue)
        let! pause = Gen.choose64 (0L, TimeSpan.MaxValue.Ticks)

        return {
            Errors = errors
            Pause = TimeSpan.FromTicks pause
        }
    }

    let private wait = gen {
        let! minutes = Gen.choose (0, 1_000_000)
        let! hours = Gen.choose (-12, 14)
        let! failed = Gen.oneof [ Gen.constant 0; Gen.choose (1, Int32.MaxValue) ]
        let! attempt = Gen.oneof [ Gen.constant 1; Gen.choose (1, Int32.MaxValue) ]
        let! until = Values.orNone Values.instant
        let! poll = Gen.optionOf poll
        let! isOpen = Gen.elements [ false; false; true ]
        let due = DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(float hours))

        return {
            Due =
                if isOpen then
                    Nullable()
                else
                    Nullable(due.AddMinutes(float minutes))
            FailedAttempt = failed
            Attempt = if failed = 0 then attempt else 0
            Until = until
            Poll = Option.toObj poll
        }
    }

    let private signal: Gen<TakenSignal> = gen {
        let! number = Values.int64
        let! name = Values.text
        let! id = Values.orNull Values.text
        let! payload = Values.orNull Values.value

        return {
            Number = number
            Name = name
            Id = id
            Payload = payload
        }
    }

    let private cancelRequest: Gen<CancelRequest> = gen {
        let! reason = Values.orNull Values.text
        let! requestedAt = Values.instant

        return {
            Reason = reason
            RequestedAt = requestedAt
        }
    }

    /// Of branches that give nothing, as in format 1.
    let private ending =
        Gen.map
            (fun (split: SplitResult | null) ->
                match split with
                | null -> null
                | split -> SplitEnding.Of split)
            (Values.orNull split)

    let private endingWithValues: Gen<SplitEnding> =
        Gen.map2 (fun result values -> { Result = result; Values = values }) split Values.value

    /// Facts of the kinds that format 2 added.
    let private added = [
        Gen.map Fact.SignalTaken signal
        Gen.map Fact.CancelRequested cancelRequest
        Gen.map2
            (fun error (next: string | null) -> Fact.Failed(error, next))
            Values.anyError
            (Values.orNull Values.name)
        Gen.map Fact.ChildStarted FanOutValues.childStart
        Gen.map Fact.ChildEnded FanOutValues.childEnding
        Gen.map Fact.BranchesListed FanOutValues.listing
        Gen.map Fact.BranchCompleted FanOutValues.branchEnding
    ]

    /// Facts that a wait may end in.
    let private endsOfWaits = [ Gen.map Fact.SignalTaken signal ]

    let private simple = [
        Gen.map Fact.StateEntered ending
        Gen.map (fun ending -> Fact.StateEntered ending) endingWithValues
        Gen.map2 (fun next output -> Fact.StepCompleted(next, output)) Values.name Values.bytes
        Gen.map Fact.CursorAdvanced Values.bytes
        Gen.map Fact.WaitStarted wait
        Gen.map Fact.RollbackStarted Values.anyError
        Gen.map
            (fun (error: CanoError | null) -> Fact.Compensated error)
            (Values.orNull Values.anyError)
        Gen.map Fact.RollbackFinished Values.anyError
        Gen.constant Fact.Finished
        yield! added
    ]

    let private rowOf fact : Gen<Row> = gen {
        let! fact = fact
        let! sequence = Values.int64
        let! visit = Values.int64
        let! version = Values.uint32
        let! start = Gen.frequency [ 3, Gen.constant null; 1, Gen.map withNull Values.start ]
        let! state = Values.name
        let! task = Values.text
        let! data = Values.stateData

        return {
            Sequence = sequence
            Visit = visit
            Version = version
            Start = start
            State = state
            Task = task
            Fact = fact
            Data = data
        }
    }

    let private undo = gen {
        let! state = Values.name
        let! task = Values.text
        let! visit = Values.int64
        let! output = Values.bytes
        let! data = Values.stateData

        return {
            State = state
            Task = task
            Visit = visit
            Sequence = visit + 1L
            Output = output
            Data = data
        }
    }

    let private cursor = gen {
        let! value = Values.bytes
        let! sequence = Values.int64
        let! steps = Values.int64

        return
            ({
                Value = value
                Sequence = sequence
                Steps = steps
            }
            : Cursor)
    }

    /// What a snapshot holds.
    let durable: Gen<DurableState> = gen {
        let! sequence = Values.int64
        let! last = Values.orNull (rowOf (Gen.oneof simple))
        let! split = ending
        let! cursor = Values.orNull cursor
        let! wokenBy = Values.orNull (rowOf (Gen.oneof endsOfWaits))
        let! entered = Values.int64
        let! undone = Values.many undo
        let! notUndone = Values.many undo
        let! cancel = Values.orNull cancelRequest

        let! path = Values.many Values.name

        let! rollback =
            Values.orNull (
                Gen.map2
                    (fun cause faults -> {
                        Cause = cause
                        Faults = List.ofArray faults
                    })
                    Values.anyError
                    (Values.many Values.anyError)
            )

        let! retriedAt = Values.orNone Values.instant

        return {
            Sequence = sequence
            Last = last
            Path = List.ofArray path
            Entered = entered
            Carried = {
                // Told by the row that carries the snapshot.
                Data = StateData.None
                Split = split
                Cursor = cursor
                WokenBy = wokenBy
                // No snapshot is made of a visit that has any.
                FanOut = null
                Undo = List.ofArray undone
                NotUndone = List.ofArray notUndone
                Rollback = rollback
                Cancel = cancel
                // As is this.
                Since = 0L
                Start = null
                RetriedAt = retriedAt
            }
        }
    }

    /// Facts of every kind but snapshots.
    let simpleFact = Gen.oneof simple

    /// Rows of the kinds that format 2 added.
    let addedRow = rowOf (Gen.oneof added)

    /// Rows of every kind but snapshots.
    let simpleRow = rowOf (Gen.oneof simple)

    /// Rows that sum up others.
    let snapshotRow = rowOf (Gen.map Fact.Snapshot durable)

    /// Rows of every kind.
    let row = rowOf (Gen.oneof (Gen.map Fact.Snapshot durable :: simple))
