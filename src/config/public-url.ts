import type { AddressInfo, Server } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { HUB_CONFIG, type HubConfig, hostInUrl } from './config.js';

/** By which address others reach the hub. */
@Injectable()
export class PublicUrl {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Without a slash at its end. */
  get(): string {
    return this.config.publicUrl ?? `http://${hostInUrl(this.config.host)}:${this.portListenedOn()}`;
  }

  private portListenedOn(): number {
    const server = this.adapterHost.httpAdapter.getHttpServer() as Server;
    return (server.address() as AddressInfo).port;
  }
}
