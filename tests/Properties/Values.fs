namespace Cano.Properties

open System
open System.Collections.Generic
open Cano
open Cano.Kernel
open FsCheck
open FsCheck.FSharp

/// Random rows of every kind, with every fault and every split in them.
[<RequireQualifiedAccess>]
module Values =

    let text =
        Gen.elements [ ""; "a"; "Zahlung prüfen"; "日本"; "🙂 \u0000 \"quoted\"\n"; String('x', 300) ]

    let private name = Gen.elements [ "S0"; "Done"; "prüfen"; "" ]

    let private orNull (gen: Gen<'T>) : Gen<'T | null> =
        Gen.frequency [ 1, Gen.constant null; 3, Gen.map withNull gen ]

    let bytes =
        Gen.oneof [ Gen.constant [||]; Gen.arrayOf (Gen.choose (0, 255) |> Gen.map byte) ]

    let private int32 =
        Gen.oneof [ Gen.choose (-3, 300); Gen.elements [ Int32.MinValue; Int32.MaxValue ] ]

    let private count = Gen.choose (0, 4)

    let int64 =
        Gen.oneof [
            Gen.choose (0, 1_000) |> Gen.map Operators.int64
            Gen.elements [ -1L; Int64.MinValue; Int64.MaxValue; 127L; 128L; 1L <<< 62 ]
        ]

    let private uint32 = Gen.elements [ 0u; 1u; 127u; 128u; UInt32.MaxValue ]
    let private span = int64 |> Gen.map TimeSpan.FromTicks

    let private many (value: Gen<'T>) = gen {
        let! length = count
        return! Gen.arrayOfLength length value
    }

    let rec private fault depth : Gen<Fault> =
        let leaves = [
            Gen.map Fault.TaskExecution text
            Gen.map Fault.Store text
            Gen.map Fault.Workflow text
            Gen.map Fault.Configuration (many text)
            Gen.map Fault.Timeout text
            Gen.map2 (fun a b -> Fault.WorkflowTimeout(a, b)) span span
            Gen.constant Fault.Cancelled
            Gen.constant Fault.CircuitOpen
            Gen.map2 (fun a b -> Fault.RateLimited(a, b)) text span
            Gen.map Fault.CheckpointStore text
            Gen.map Fault.Generic text
            Gen.map Fault.ResourceNotFound text
            Gen.map3 (fun a b c -> Fault.ResourceTypeMismatch(a, b, c)) text text text
            Gen.map Fault.ResourceDuplicateKey text
            Gen.map2 (fun a b -> Fault.WorkflowVersionMismatch(a, b)) uint32 uint32
            Gen.map2 (fun a b -> Fault.OrphanedCompensation(a, b)) text bytes
            Gen.map Fault.Suspended text
            Gen.map Fault.RunNotFound text
            Gen.map Fault.RunEnded text
            Gen.map Fault.InputMissing text
            Gen.map Fault.InputTypeMismatch text
            Gen.map Fault.OutputMissing text
        ]

        if depth = 0 then
            Gen.oneof leaves
        else
            Gen.oneof (
                leaves
                @ [
                    Gen.map2 (fun n last -> Fault.RetryExhausted(n, last)) int32 (error (depth - 1))
                    Gen.map Fault.CompensationFailed (many (error (depth - 1)))
                ]
            )

    and private error depth : Gen<CanoError> = gen {
        let! fault = fault depth
        let! state = orNull name
        let! attempt = int32
        let! path = many name

        return {
            Fault = fault
            State = state
            Attempt = attempt
            Path = path
            Exception = null
        }
    }

    let anyError = error 2

    let split: Gen<SplitResult> = gen {
        let success =
            Gen.map2 (fun i name -> ({ Index = i; Name = name }: BranchSuccess)) count name

        let failed =
            Gen.map3
                (fun i name error -> {
                    Index = i
                    Name = name
                    Error = error
                })
                count
                name
                anyError

        let cancelled =
            Gen.map2 (fun i name -> ({ Index = i; Name = name }: BranchCancelled)) count name

        let! successes = many success
        let! errors = many failed
        let! cancelled = many cancelled

        return {
            Successes = successes
            Errors = errors
            Cancelled = cancelled
        }
    }

    let instant =
        Gen.choose64 (1L, DateTimeOffset.MaxValue.UtcTicks)
        |> Gen.map (fun ticks -> DateTimeOffset(ticks, TimeSpan.Zero))

    let private orNone (gen: Gen<'T>) : Gen<Nullable<'T>> =
        Gen.map Option.toNullable (Gen.optionOf gen)

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
        let! until = orNone instant
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

    let private parent: Gen<RunParent> = gen {
        let! id = text
        let! key = orNull text
        return { RunId = id; Key = key }
    }

    /// A user's value.
    let value: Gen<StoredValue> = gen {
        let! json = bytes
        let! name = orNull text
        return { Json = json; TypeName = name }
    }

    let private trace: Gen<RunTrace> = gen {
        let! parent = text
        let! state = orNull text
        return { Parent = parent; State = state }
    }

    /// What is known of a run from its start on.
    let start: Gen<RunStart> = gen {
        let! workflow = orNull name
        let! initial = orNull name
        let! startedAt = orNone instant
        let! notBefore = orNone instant
        let! key = orNull text
        let! parent = orNull parent
        let! tags = many (Gen.map2 (fun name value -> KeyValuePair(name, value)) text text)
        let! input = orNull value
        let! trace = orNull trace

        return {
            WorkflowName = workflow
            InitialState = initial
            StartedAt = startedAt
            NotBefore = notBefore
            Key = key
            Parent = parent
            Tags = tags
            Input = input
            Trace = trace
        }
    }

    let private signal: Gen<TakenSignal> = gen {
        let! number = int64
        let! name = text
        let! id = orNull text
        let! payload = orNull value

        return {
            Number = number
            Name = name
            Id = id
            Payload = payload
        }
    }

    let private childStart: Gen<ChildStart> = gen {
        let! id = text
        let! workflow = text
        let! version = uint32
        let! state = name
        let! input = orNull value
        let! index = count

        return {
            RunId = id
            WorkflowName = workflow
            WorkflowVersion = version
            InitialState = state
            Input = input
            Index = index
        }
    }

    let private childEnding: Gen<ChildEnding> = gen {
        let! id = text
        let! status = Gen.elements (Enum.GetValues<RowStatus>())
        let! exit = orNull name
        let! output = orNull value
        let! error = orNull anyError
        let! index = count
        let! sequence = int64

        return {
            RunId = id
            Status = status
            Exit = exit
            Output = output
            Error = error
            Index = index
            Sequence = sequence
        }
    }

    let private listing: Gen<Listing> = gen {
        let! items = many (orNull value)
        let! due = orNone instant

        return { Items = items; Due = due }
    }

    let private branchEnding: Gen<BranchEnding> = gen {
        let! index = count
        let! name = name
        let! result = orNull value
        let! error = orNull anyError

        return {
            Index = index
            Name = name
            Result = result
            Error = error
        }
    }

    let private cancelRequest: Gen<CancelRequest> = gen {
        let! reason = orNull text
        let! requestedAt = instant

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
            (orNull split)

    let private endingWithValues: Gen<SplitEnding> =
        Gen.map2 (fun result values -> { Result = result; Values = values }) split value

    /// Facts of the kinds that format 2 added.
    let private added = [
        Gen.map Fact.SignalTaken signal
        Gen.map Fact.CancelRequested cancelRequest
        Gen.map2
            (fun error (next: string | null) -> Fact.Failed(error, next))
            anyError
            (orNull name)
        Gen.map Fact.ChildStarted childStart
        Gen.map Fact.ChildEnded childEnding
        Gen.map Fact.BranchesListed listing
        Gen.map Fact.BranchCompleted branchEnding
    ]

    /// Facts that a wait may end in.
    let private endsOfWaits = [ Gen.map Fact.SignalTaken signal ]

    let private simple = [
        Gen.map Fact.StateEntered ending
        Gen.map (fun ending -> Fact.StateEntered ending) endingWithValues
        Gen.map2 (fun next output -> Fact.StepCompleted(next, output)) name bytes
        Gen.map Fact.CursorAdvanced bytes
        Gen.map Fact.WaitStarted wait
        Gen.map Fact.RollbackStarted anyError
        Gen.map (fun (error: CanoError | null) -> Fact.Compensated error) (orNull anyError)
        Gen.map Fact.RollbackFinished anyError
        Gen.constant Fact.Finished
        yield! added
    ]

    let private rowOf fact : Gen<Row> = gen {
        let! fact = fact
        let! sequence = int64
        let! visit = int64
        let! version = uint32
        let! start = Gen.frequency [ 3, Gen.constant null; 1, Gen.map withNull start ]
        let! state = name
        let! task = text

        return {
            Sequence = sequence
            Visit = visit
            Version = version
            Start = start
            State = state
            Task = task
            Fact = fact
        }
    }

    let private undo = gen {
        let! state = name
        let! task = text
        let! visit = int64
        let! output = bytes

        return {
            State = state
            Task = task
            Visit = visit
            Sequence = visit + 1L
            Output = output
        }
    }

    let private cursor = gen {
        let! value = bytes
        let! sequence = int64
        let! steps = int64

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
        let! sequence = int64
        let! last = orNull (rowOf (Gen.oneof simple))
        let! split = ending
        let! cursor = orNull cursor
        let! wokenBy = orNull (rowOf (Gen.oneof endsOfWaits))
        let! entered = int64
        let! undone = many undo
        let! notUndone = many undo
        let! cancel = orNull cancelRequest

        let! path = many name

        let! rollback =
            orNull (
                Gen.map2
                    (fun cause faults -> {
                        Cause = cause
                        Faults = List.ofArray faults
                    })
                    anyError
                    (many anyError)
            )

        let! retriedAt = orNone instant

        return {
            Sequence = sequence
            Last = last
            Split = split
            Cursor = cursor
            WokenBy = wokenBy
            // No snapshot is made of a visit that has any.
            FanOut = null
            Undo = List.ofArray undone
            NotUndone = List.ofArray notUndone
            Rollback = rollback
            Cancel = cancel
            Path = List.ofArray path
            Entered = entered
            // Told by the row that carries the snapshot.
            Since = 0L
            Start = null
            RetriedAt = retriedAt
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
