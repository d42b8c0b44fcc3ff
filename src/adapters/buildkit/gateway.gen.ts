// Made by scripts/generate.ts from proto/; do not edit.

export interface APICap {
  readonly ID: string;
  readonly Enabled: boolean;
  readonly DisabledReasonMsg: string;
}

/** The input form of APICap; absent fields have their default value. */
export interface APICapInit {
  readonly ID?: string;
  readonly Enabled?: boolean;
  readonly DisabledReasonMsg?: string;
}

export interface Any {
  readonly type_url: string;
  readonly value: Uint8Array;
}

/** The input form of Any; absent fields have their default value. */
export interface AnyInit {
  readonly type_url?: string;
  readonly value?: Uint8Array;
}

export interface Attestation {
  readonly metadata: Readonly<Record<string, Uint8Array>>;
  readonly ref: Ref | null;
  readonly path: string;
  readonly inTotoPredicateType: string;
}

/** The input form of Attestation; absent fields have their default value. */
export interface AttestationInit {
  readonly metadata?: Readonly<Record<string, Uint8Array>>;
  readonly ref?: RefInit;
  readonly path?: string;
  readonly inTotoPredicateType?: string;
}

export interface Attestations {
  readonly attestation: readonly Attestation[];
}

/** The input form of Attestations; absent fields have their default value. */
export interface AttestationsInit {
  readonly attestation?: readonly AttestationInit[];
}

export interface CacheOptionsEntry {
  readonly Type: string;
  readonly Attrs: Readonly<Record<string, string>>;
}

/** The input form of CacheOptionsEntry; absent fields have their default value. */
export interface CacheOptionsEntryInit {
  readonly Type?: string;
  readonly Attrs?: Readonly<Record<string, string>>;
}

export interface EvaluateRequest {
  readonly Ref: string;
}

/** The input form of EvaluateRequest; absent fields have their default value. */
export interface EvaluateRequestInit {
  readonly Ref?: string;
}

export type EvaluateResponse = Readonly<Record<string, never>>;

/** The input form of EvaluateResponse; absent fields have their default value. */
export type EvaluateResponseInit = Readonly<Record<string, never>>;

export interface FileRange {
  readonly Offset: string;
  readonly Length: string;
}

/** The input form of FileRange; absent fields have their default value. */
export interface FileRangeInit {
  readonly Offset?: number;
  readonly Length?: number;
}

export type InputsRequest = Readonly<Record<string, never>>;

/** The input form of InputsRequest; absent fields have their default value. */
export type InputsRequestInit = Readonly<Record<string, never>>;

export interface InputsResponse {
  readonly Definitions: Readonly<Record<string, Uint8Array>>;
}

/** The input form of InputsResponse; absent fields have their default value. */
export interface InputsResponseInit {
  readonly Definitions?: Readonly<Record<string, Uint8Array>>;
}

export type PingRequest = Readonly<Record<string, never>>;

/** The input form of PingRequest; absent fields have their default value. */
export type PingRequestInit = Readonly<Record<string, never>>;

export interface Platform {
  readonly Architecture: string;
  readonly OS: string;
  readonly Variant: string;
}

/** The input form of Platform; absent fields have their default value. */
export interface PlatformInit {
  readonly Architecture?: string;
  readonly OS?: string;
  readonly Variant?: string;
}

export interface PongResponse {
  readonly FrontendAPICaps: readonly APICap[];
  readonly LLBCaps: readonly APICap[];
  readonly Workers: readonly WorkerRecord[];
}

/** The input form of PongResponse; absent fields have their default value. */
export interface PongResponseInit {
  readonly FrontendAPICaps?: readonly APICapInit[];
  readonly LLBCaps?: readonly APICapInit[];
  readonly Workers?: readonly WorkerRecordInit[];
}

export interface Position {
  readonly line: number;
  readonly character: number;
}

/** The input form of Position; absent fields have their default value. */
export interface PositionInit {
  readonly line?: number;
  readonly character?: number;
}

export interface Range {
  readonly start: Position | null;
  readonly end: Position | null;
}

/** The input form of Range; absent fields have their default value. */
export interface RangeInit {
  readonly start?: PositionInit;
  readonly end?: PositionInit;
}

export interface ReadDirRequest {
  readonly Ref: string;
  readonly DirPath: string;
  readonly IncludePattern: string;
}

/** The input form of ReadDirRequest; absent fields have their default value. */
export interface ReadDirRequestInit {
  readonly Ref?: string;
  readonly DirPath?: string;
  readonly IncludePattern?: string;
}

export interface ReadDirResponse {
  readonly entries: readonly Stat[];
}

/** The input form of ReadDirResponse; absent fields have their default value. */
export interface ReadDirResponseInit {
  readonly entries?: readonly StatInit[];
}

export interface ReadFileRequest {
  readonly Ref: string;
  readonly FilePath: string;
  readonly Range: FileRange | null;
}

/** The input form of ReadFileRequest; absent fields have their default value. */
export interface ReadFileRequestInit {
  readonly Ref?: string;
  readonly FilePath?: string;
  readonly Range?: FileRangeInit;
}

export interface ReadFileResponse {
  readonly Data: Uint8Array;
}

/** The input form of ReadFileResponse; absent fields have their default value. */
export interface ReadFileResponseInit {
  readonly Data?: Uint8Array;
}

export interface Ref {
  readonly id: string;
  readonly def: Uint8Array;
}

/** The input form of Ref; absent fields have their default value. */
export interface RefInit {
  readonly id?: string;
  readonly def?: Uint8Array;
}

export interface RefMap {
  readonly refs: Readonly<Record<string, Ref>>;
}

/** The input form of RefMap; absent fields have their default value. */
export interface RefMapInit {
  readonly refs?: Readonly<Record<string, RefInit>>;
}

export interface ResolveImageConfigRequest {
  readonly Ref: string;
  readonly Platform: Platform | null;
  readonly ResolveMode: string;
  readonly LogName: string;
  readonly ResolverType: number;
  readonly SessionID: string;
  readonly StoreID: string;
}

/** The input form of ResolveImageConfigRequest; absent fields have their default value. */
export interface ResolveImageConfigRequestInit {
  readonly Ref?: string;
  readonly Platform?: PlatformInit;
  readonly ResolveMode?: string;
  readonly LogName?: string;
  readonly ResolverType?: number;
  readonly SessionID?: string;
  readonly StoreID?: string;
}

export interface ResolveImageConfigResponse {
  readonly Digest: string;
  readonly Config: Uint8Array;
  readonly Ref: string;
}

/** The input form of ResolveImageConfigResponse; absent fields have their default value. */
export interface ResolveImageConfigResponseInit {
  readonly Digest?: string;
  readonly Config?: Uint8Array;
  readonly Ref?: string;
}

export interface ResolveSourceImageResponse {
  readonly Digest: string;
  readonly Config: Uint8Array;
}

/** The input form of ResolveSourceImageResponse; absent fields have their default value. */
export interface ResolveSourceImageResponseInit {
  readonly Digest?: string;
  readonly Config?: Uint8Array;
}

export interface ResolveSourceMetaRequest {
  readonly Source: SourceOp | null;
  readonly Platform: Platform | null;
  readonly LogName: string;
  readonly ResolveMode: string;
}

/** The input form of ResolveSourceMetaRequest; absent fields have their default value. */
export interface ResolveSourceMetaRequestInit {
  readonly Source?: SourceOpInit;
  readonly Platform?: PlatformInit;
  readonly LogName?: string;
  readonly ResolveMode?: string;
}

export interface ResolveSourceMetaResponse {
  readonly Source: SourceOp | null;
  readonly Image: ResolveSourceImageResponse | null;
}

/** The input form of ResolveSourceMetaResponse; absent fields have their default value. */
export interface ResolveSourceMetaResponseInit {
  readonly Source?: SourceOpInit;
  readonly Image?: ResolveSourceImageResponseInit;
}

export interface Result {
  readonly ref?: Ref;
  readonly refs?: RefMap;
  readonly metadata: Readonly<Record<string, Uint8Array>>;
  readonly attestations: Readonly<Record<string, Attestations>>;
}

/** The input form of Result; absent fields have their default value. */
export interface ResultInit {
  readonly ref?: RefInit;
  readonly refs?: RefMapInit;
  readonly metadata?: Readonly<Record<string, Uint8Array>>;
  readonly attestations?: Readonly<Record<string, AttestationsInit>>;
}

export interface ReturnRequest {
  readonly result: Result | null;
  readonly error: Status | null;
}

/** The input form of ReturnRequest; absent fields have their default value. */
export interface ReturnRequestInit {
  readonly result?: ResultInit;
  readonly error?: StatusInit;
}

export type ReturnResponse = Readonly<Record<string, never>>;

/** The input form of ReturnResponse; absent fields have their default value. */
export type ReturnResponseInit = Readonly<Record<string, never>>;

export interface SolveRequest {
  readonly Definition: Uint8Array;
  readonly Frontend: string;
  readonly FrontendOpt: Readonly<Record<string, string>>;
  readonly allowResultReturn: boolean;
  readonly allowResultArrayRef: boolean;
  readonly CacheImports: readonly CacheOptionsEntry[];
  readonly FrontendInputs: Readonly<Record<string, Uint8Array>>;
  readonly Evaluate: boolean;
}

/** The input form of SolveRequest; absent fields have their default value. */
export interface SolveRequestInit {
  readonly Definition?: Uint8Array;
  readonly Frontend?: string;
  readonly FrontendOpt?: Readonly<Record<string, string>>;
  readonly allowResultReturn?: boolean;
  readonly allowResultArrayRef?: boolean;
  readonly CacheImports?: readonly CacheOptionsEntryInit[];
  readonly FrontendInputs?: Readonly<Record<string, Uint8Array>>;
  readonly Evaluate?: boolean;
}

export interface SolveResponse {
  readonly result: Result | null;
}

/** The input form of SolveResponse; absent fields have their default value. */
export interface SolveResponseInit {
  readonly result?: ResultInit;
}

export interface SourceInfo {
  readonly filename: string;
  readonly data: Uint8Array;
  readonly language: string;
}

/** The input form of SourceInfo; absent fields have their default value. */
export interface SourceInfoInit {
  readonly filename?: string;
  readonly data?: Uint8Array;
  readonly language?: string;
}

export interface SourceOp {
  readonly identifier: string;
  readonly attrs: Readonly<Record<string, string>>;
}

/** The input form of SourceOp; absent fields have their default value. */
export interface SourceOpInit {
  readonly identifier?: string;
  readonly attrs?: Readonly<Record<string, string>>;
}

export interface Stat {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: string;
  readonly modTime: string;
  readonly linkname: string;
}

/** The input form of Stat; absent fields have their default value. */
export interface StatInit {
  readonly path?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly modTime?: number;
  readonly linkname?: string;
}

export interface StatFileRequest {
  readonly Ref: string;
  readonly Path: string;
}

/** The input form of StatFileRequest; absent fields have their default value. */
export interface StatFileRequestInit {
  readonly Ref?: string;
  readonly Path?: string;
}

export interface StatFileResponse {
  readonly stat: Stat | null;
}

/** The input form of StatFileResponse; absent fields have their default value. */
export interface StatFileResponseInit {
  readonly stat?: StatInit;
}

export interface Status {
  readonly code: number;
  readonly message: string;
  readonly details: readonly Any[];
}

/** The input form of Status; absent fields have their default value. */
export interface StatusInit {
  readonly code?: number;
  readonly message?: string;
  readonly details?: readonly AnyInit[];
}

export interface WarnRequest {
  readonly digest: string;
  readonly level: string;
  readonly short: Uint8Array;
  readonly detail: readonly Uint8Array[];
  readonly url: string;
  readonly info: SourceInfo | null;
  readonly ranges: readonly Range[];
}

/** The input form of WarnRequest; absent fields have their default value. */
export interface WarnRequestInit {
  readonly digest?: string;
  readonly level?: number;
  readonly short?: Uint8Array;
  readonly detail?: readonly Uint8Array[];
  readonly url?: string;
  readonly info?: SourceInfoInit;
  readonly ranges?: readonly RangeInit[];
}

export type WarnResponse = Readonly<Record<string, never>>;

/** The input form of WarnResponse; absent fields have their default value. */
export type WarnResponseInit = Readonly<Record<string, never>>;

export interface WorkerRecord {
  readonly ID: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly platforms: readonly Platform[];
}

/** The input form of WorkerRecord; absent fields have their default value. */
export interface WorkerRecordInit {
  readonly ID?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly platforms?: readonly PlatformInit[];
}

/** Requests and responses by method. */
export interface GatewayMethods {
  readonly Evaluate: { readonly request: EvaluateRequestInit; readonly response: EvaluateResponse };
  readonly Inputs: { readonly request: InputsRequestInit; readonly response: InputsResponse };
  readonly Ping: { readonly request: PingRequestInit; readonly response: PongResponse };
  readonly ReadDir: { readonly request: ReadDirRequestInit; readonly response: ReadDirResponse };
  readonly ReadFile: { readonly request: ReadFileRequestInit; readonly response: ReadFileResponse };
  readonly ResolveImageConfig: { readonly request: ResolveImageConfigRequestInit; readonly response: ResolveImageConfigResponse };
  readonly ResolveSourceMeta: { readonly request: ResolveSourceMetaRequestInit; readonly response: ResolveSourceMetaResponse };
  readonly Return: { readonly request: ReturnRequestInit; readonly response: ReturnResponse };
  readonly Solve: { readonly request: SolveRequestInit; readonly response: SolveResponse };
  readonly StatFile: { readonly request: StatFileRequestInit; readonly response: StatFileResponse };
  readonly Warn: { readonly request: WarnRequestInit; readonly response: WarnResponse };
}
